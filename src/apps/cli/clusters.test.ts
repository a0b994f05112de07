import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPeer, runCommand } from './testing/run-command.ts';

/** Bodies that the server was sent, by call. */
const sent = new Map<string, unknown>();
let clusters: object[] = [];
let tested: object = { ok: true, message: 'fine', nodes: [], topology: null, capabilities: [] };
let peer: Awaited<ReturnType<typeof openPeer>>;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'castellan-clusters-'));
  peer = await openPeer((request, response, body) => {
    sent.set(`${request.method} ${request.url}`, body === '' ? undefined : JSON.parse(body));
    const listed = request.method === 'GET' ? { clusters } : undefined;
    const data =
      listed ?? (request.url?.endsWith('/test') ? tested : { id: 'c1', name: 'one', sealed: 3 });
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ data, meta: {}, error: null }));
  });
});
afterAll(() => {
  peer.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...words: string[]) =>
  runCommand(['clusters', ...words, '--url', peer.url], { DB_PASSWORD: 'a b' });
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test('a connection by flags: password, TLS, nodes, addresses, Keeper, labels', async () => {
  const added = await run(
    ...['add', '--name', 'one', '--host', 'db1', '--port', '8443', '--username', 'm'],
    ...['--password-env', 'DB_PASSWORD', '--secure', '--ca-file', file('ca.pem', 'CA')],
    ...['--certificate-file', file('c.pem', 'CERT'), '--key-file', file('k.pem', 'KEY')],
    ...['--server-name', 'clickhouse', '--node', '[::1]:8443', '--node', 'db2:8443'],
    ...['--address', 'inner-2=db2.example.com:443', '--keeper', 'k1:9181', '--label', 'team=shop'],
  );
  expect([added.code, added.out]).toEqual([0, 'c1\n']);
  expect(sent.get('POST /api/v1/clusters')).toEqual({
    name: 'one',
    host: 'db1',
    port: 8443,
    username: 'm',
    password: 'a b',
    secure: true,
    tls: { ca: 'CA', certificate: 'CERT', key: 'KEY', serverName: 'clickhouse' },
    nodes: [
      { host: '::1', port: 8443 },
      { host: 'db2', port: 8443 },
    ],
    addresses: [{ from: 'inner-2', to: { host: 'db2.example.com', port: 443 } }],
    keepers: [{ host: 'k1', port: 9181 }],
    labels: { team: 'shop' },
  });
});

test('a cluster without a name is called by its host, as the first steps of the README have it', async () => {
  expect((await run('add', '--host', 'db1', '--username', 'm')).code).toBe(0);
  expect(sent.get('POST /api/v1/clusters')).toMatchObject({ name: 'db1', port: 8123 });
});

test('flags that do not hold are named', async () => {
  const check = async (words: readonly string[], message: RegExp) => {
    const { code, err } = await run('test', '--host', 'db1', ...words);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  };
  await check(['--port', '99999'], /--port: "99999" is not a port/);
  await check(['--node', 'db2'], /--node: expected host:port, got "db2"/);
  await check(['--address', 'db2:8123'], /--address: expected name=host:port, got "db2:8123"/);
  await check(['--password-env', 'NONE'], /the variable NONE is not set/);
  await check(['--server-name', 'x'], /need --secure/);
  await check(['--secure', '--ca-file', join(folder, 'none')], /--ca-file: .*ENOENT/);
  await check(
    ['--secure', '--key-file', file('only.pem', 'KEY')],
    /--certificate-file and --key-file belong together/,
  );
});

test('a test names the node that lacks a right; nothing is added where it fails', async () => {
  const grant = 'GRANT SELECT ON system.parts TO `m`';
  const lacking = { name: 'Read system.parts', ok: false, node: 'db2:8123', grant };
  tested = { ok: true, message: 'fine', nodes: [], topology: null, capabilities: [lacking] };
  const shown = await run('test', '--host', 'db1');
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(/Read system\.parts +db2:8123 +GRANT SELECT/);
  tested = { ...tested, ok: false, layer: 'tcp', message: 'no connection', hint: 'Start it.' };
  sent.clear();
  const refused = await run('add', '--name', 'one', '--host', 'db1');
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/tcp: no connection/)]);
  expect(refused.err).toMatch(/Start it\. Nothing was added; --no-test/);
  expect([...sent.keys()]).toEqual(['POST /api/v1/clusters/test']);
});

test('a check of nothing is no success', async () => {
  for (const each of [[], [{ id: 'c1', name: 'one', paused: true }]]) {
    clusters = each;
    const { code, err } = await run('check');
    expect([code, err]).toEqual([8, expect.stringMatching(/no cluster is watched.*\n.*resume/)]);
  }
});

test('stored passwords are sealed anew', async () => {
  const { code, err } = await runCommand(['secrets', 'rotate', '--url', peer.url]);
  expect([code, err]).toEqual([0, '3 stored passwords are sealed anew.\n']);
  expect([...sent.keys()]).toContain('POST /api/v1/secrets/rotate');
});
