import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { connectNode, type NodeClient, type NodeClientOptions } from './node-client.ts';
import { NodeError } from './node-error.ts';
import type { NodeTarget } from './node-target.ts';
import {
  type Answer,
  type BadServer,
  compactJson,
  httpText,
  startBadServer,
} from './testing/bad-server.ts';

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const serve = async (answer: Answer): Promise<BadServer> => {
  const server = await startBadServer(answer);
  ending.push(() => server.stop());
  return server;
};

const clientOf = (
  port: number,
  more: Partial<NodeTarget> = {},
  options: NodeClientOptions = {},
): NodeClient => {
  const target = { host: '127.0.0.1', port, username: 'default', password: '', secure: false };
  const client = connectNode({ ...target, ...more }, options);
  ending.push(() => client.close());
  return client;
};

const failure = async (promise: Promise<unknown>): Promise<NodeError> => {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof NodeError)) throw error;
  return error;
};

const one = compactJson(['x'], [['1']]);

test('rows, cost and clock of an answer', async () => {
  const date = new Date(Date.now() + 86_400_000).toUTCString();
  const summary = '{"read_rows":"5","read_bytes":"77","elapsed_ns":"2000000"}';
  const server = await serve((socket) =>
    socket.write(httpText(one, { headers: { date, 'X-ClickHouse-Summary': summary } })),
  );
  const client = clientOf(server.port, { username: 'ü', password: 'p:ss' });
  const { columns, rows, cost, clockAheadMs, queryId, bodyBytes } = await client.run('SELECT 1');
  expect({ columns, rows, cost, bodyBytes }).toEqual({
    columns: ['x'],
    rows: [['1']],
    cost: { readRows: 5, readBytes: 77, elapsedMs: 2 },
    bodyBytes: one.length,
  });
  expect(Math.abs((clockAheadMs ?? 0) - 86_400_000)).toBeLessThan(5_000);
  const request = server.requests().join('');
  expect(queryId).toMatch(/^castellan-monitor-[0-9a-f-]{36}$/);
  expect(request).toContain(`query_id=${queryId}&`);
  expect(request).toContain(`Basic ${Buffer.from('ü:p:ss').toString('base64')}`);
  expect(request).toContain('SELECT 1 FORMAT JSONCompact');
});

test('a user whose name has a colon travels in headers', async () => {
  const server = await serve((socket) => socket.write(httpText(one)));
  await clientOf(server.port, { username: 'a:ü', password: 'p' }).run('SELECT 1');
  const sent = server.requests().join('').toLowerCase();
  expect(sent).toContain('x-clickhouse-user: a:ü');
  expect(sent).not.toContain('authorization');
});

test('what a server answers instead of rows', async () => {
  const check = async (answer: string, layer: string, message: RegExp, code?: number) => {
    const server = await serve((socket) => socket.end(answer));
    const error = await failure(clientOf(server.port).run('SELECT 1'));
    expect([error.layer, error.code, error.message]).toEqual([
      layer,
      code,
      expect.stringMatching(message),
    ]);
    expect(error.hint ?? '').not.toBe('undefined');
  };
  const said = (status: string, body: string) => httpText(body, { status });
  await check('', 'tcp', /without an answer/);
  await check('SSH-2.0-OpenSSH_9.2\r\n', 'protocol', /does not answer in HTTP/);
  await check('\x15\x03\x01\0\x02\x02\n', 'protocol', /does not answer in HTTP/);
  await check(httpText(''), 'protocol', /not as ClickHouse does: an empty answer/);
  await check(httpText('<html>\n\0hello</html>'), 'protocol', /"<html> hello<\/html>"/);
  await check(httpText('[1,2'), 'protocol', /not as ClickHouse/);
  await check(httpText('{"meta":[],"data":[[1]]}'), 'protocol', /uneven length/);
  await check(httpText('['.repeat(100_000)), 'protocol', /not as ClickHouse/);
  await check(said('502 Bad Gateway', 'nginx'), 'http', /HTTP 502: "nginx"/);
  await check(said('404 Not Found', ''), 'http', /HTTP 404: an empty answer/);
  await check(said('401 Unauthorized', 'who?'), 'authentication', /other credentials/);
  await check(
    httpText('', { status: '302 Found', headers: { location: 'http://elsewhere/' } }),
    'http',
    /redirects .* "http:\/\/elsewhere\/"/,
  );
  await check(
    'HTTP/1.0 400 Bad Request\r\n\r\nPort 9000 is for clickhouse-client program\r\nYou must use port 8123 for HTTP.\r\n',
    'protocol',
    /native port/,
  );
  await check(
    said('403 Forbidden', 'Code: 516. DB::Exception: x: Authentication failed. (version 25.3.1)'),
    'authentication',
    /refuses the user "default"/,
    516,
  );
  await check(
    httpText(
      `{"meta":[{"name":"x"}],"data":[["1"],Code: 241. DB::Exception: Memory limit exceeded`,
    ),
    'http',
    /error 241: Memory limit exceeded/,
    241,
  );
  const short = httpText(one).replace(/Content-Length: \d+/, 'Content-Length: 9999');
  await check(short, 'http', /in the middle of its answer/);
  const twice = httpText(one).replace('Content-Length', 'Content-Length: 5\r\nContent-Length');
  await check(twice, 'protocol', /does not answer in HTTP/);
  await check(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, 'protocol', /HTTP/);
});

test('limits of time: hanging before the head, in the body, dripping', async () => {
  const check = async (answer: Answer, limits: NodeClientOptions['limits'], message: RegExp) => {
    const server = await serve(answer);
    const error = await failure(clientOf(server.port, {}, { limits: limits! }).run('SELECT 1'));
    expect([error.layer, error.message]).toEqual(['timeout', expect.stringMatching(message)]);
  };
  const drip: Answer = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
    const timer = setInterval(() => socket.write(' '), 10);
    socket.on('close', () => clearInterval(timer));
  };
  const dripHead: Answer = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Drip: ');
    const timer = setInterval(() => socket.write('a'), 10);
    socket.on('close', () => clearInterval(timer));
  };
  await check(() => {}, { responseMs: 150 }, /did not begin to answer within 150 ms/);
  await check(() => {}, { totalMs: 150 }, /did not finish its answer within 150 ms/);
  await check(drip, { totalMs: 200 }, /did not finish its answer/);
  await check(dripHead, { responseMs: 200 }, /did not begin to answer/);
});

test('limits of size: bytes without end, a million rows', async () => {
  const check = async (answer: Answer, message: RegExp) => {
    const server = await serve(answer);
    const limits = { answerBytes: 40_000_000, answerRows: 1_000 };
    const error = await failure(clientOf(server.port, {}, { limits }).run('SELECT 1'));
    expect([error.layer, error.message]).toEqual(['protocol', expect.stringMatching(message)]);
  };
  const endless: Answer = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };
  await check(endless, /more than 40000000 bytes/);
  const million = compactJson(
    ['n'],
    Array.from({ length: 1_000_000 }, () => [1]),
  );
  await check((socket) => socket.write(httpText(million)), /1000000 rows, more than 1000/);
});

test('an idle connection that is reset is tried once more, anew', async () => {
  const server = await serve((socket, _request, number) => {
    if (number === 1) socket.write(httpText(one));
    else socket.resetAndDestroy();
  });
  const client = clientOf(server.port, {}, { connections: 1 });
  for (let round = 0; round < 3; round++)
    expect((await client.run('SELECT 1')).rows).toEqual([['1']]);
  expect(server.connections()).toBeGreaterThan(1);
});

test('a server that resets every connection is a failure after one repetition', async () => {
  let alive = true;
  const server = await serve((socket) => {
    if (alive) socket.write(httpText(one));
    else socket.resetAndDestroy();
  });
  const client = clientOf(server.port, {}, { connections: 1 });
  await client.run('SELECT 1');
  alive = false;
  const error = await failure(client.run('SELECT 1'));
  expect(error.layer).toBe('tcp');
  expect(server.requests().filter((each) => each.startsWith('POST')).length).toBe(3);
});

test('a new connection that is reset is not repeated', async () => {
  const server = await serve((socket) => socket.resetAndDestroy());
  expect((await failure(clientOf(server.port).run('SELECT 1'))).layer).toBe('tcp');
  expect(server.connections()).toBe(1);
});

test('an answer that breaks off is not repeated', async () => {
  let requests = 0;
  const server = await serve((socket) => {
    requests++;
    if (requests === 1) socket.write(httpText(one));
    else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc');
  });
  const client = clientOf(server.port);
  await client.run('SELECT 1');
  expect((await failure(client.run('SELECT 1'))).layer).toBe('http');
  expect(requests).toBe(2);
});

test('no connection: the layer tells which step failed', async () => {
  const closed = await serve(() => {});
  await closed.stop();
  ending.pop();
  const refused = await failure(clientOf(closed.port).run('SELECT 1'));
  expect([refused.layer, refused.message]).toEqual(['tcp', expect.stringMatching(/ECONNREFUSED/)]);
  const named = (lookup: NonNullable<NodeClientOptions['lookup']>, limits = {}) =>
    failure(clientOf(1, { host: 'db.example' }, { lookup, limits }).run('SELECT 1'));
  const gone = await named((_host, _options, done) =>
    done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 0),
  );
  expect([gone.layer, gone.message]).toEqual([
    'dns',
    'the name db.example cannot be resolved (ENOTFOUND)',
  ]);
  const silent = await named(() => {}, { connectMs: 100 });
  expect([silent.layer, silent.message]).toEqual([
    'dns',
    expect.stringMatching(/within 100 ms while looking up its name/),
  ]);
});

test('hosts that are none, as a hostile server may name them, fail by their layer', async () => {
  const hostile = ['http://db', 'db:8123', ' db ', '[::1]', 'a/b', 'a?b', 'a#b', 'x@y', 'a\u0000b'];
  for (const host of hostile) {
    const error = await failure(clientOf(1, { host }).run('SELECT 1'));
    expect([host, error.layer]).toEqual([host, expect.stringMatching(/^(dns|tcp)$/)]);
  }
});

test('the caller may give up', async () => {
  const server = await serve(() => {});
  const stop = new AbortController();
  const waiting = clientOf(server.port).run('SELECT 1', { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(waiting).rejects.toThrow('enough');
});

test('a hanging statement does not hold up a ping', async () => {
  const server = await serve((socket, request) => {
    if (request.startsWith('GET /ping')) socket.write(httpText('Ok.\n'));
  });
  const client = clientOf(server.port, {}, { limits: { totalMs: 60_000 } });
  const stop = new AbortController();
  const hanging = client.run('SELECT 1', { signal: stop.signal }).catch(() => 'ended');
  await sleep(50);
  expect(await client.ping()).toBeGreaterThan(0);
  stop.abort();
  expect(await hanging).toBe('ended');
});

test('a ping that is answered by something else', async () => {
  const server = await serve((socket) => socket.write(httpText('pong')));
  const error = await failure(clientOf(server.port).ping());
  expect(error.layer).toBe('protocol');
});
