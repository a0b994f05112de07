import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { defaultFetchLimits } from './checked-fetch.ts';
import { deliver, type RetryLimits } from './deliver.ts';
import { DeliveryError } from './delivery-error.ts';
import { type SendOptions, sendMessage } from './send-message.ts';
import { type Receiver, startReceiver } from './testing/local-receiver.ts';
import { message } from './testing/message.ts';

const loopback: SendOptions = {
  addresses: { allowed: ['loopback'] },
  limits: defaultFetchLimits,
  now: () => Date.UTC(2026, 2, 1, 12),
};
const quick: RetryLimits = { attempts: 4, firstMs: 1, mostMs: 20 };

const running: Receiver[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});
async function receiver(...args: Parameters<typeof startReceiver>) {
  const started = await startReceiver(...args);
  running.push(started);
  return started;
}

const hook = (url: string, more: object = {}) => ({
  kind: 'webhook' as const,
  name: 'hook',
  enabled: true,
  minSeverity: 'info' as const,
  url,
  headers: {},
  ...more,
});

const failureOf = (work: Promise<void>) =>
  work.then(
    () => 'sent',
    (error: DeliveryError) =>
      `${error instanceof DeliveryError ? '' : 'unexpected '}${error.message} | ${error.retryable}`,
  );

test('a webhook gets the notification, signed, under an id that stays', async () => {
  const server = await receiver();
  const signingKey = 'a key of sixteen letters';
  await sendMessage(
    hook(`${server.url}/in`, { signingKey, headers: { 'X-Team': 'data', 'User-Agent': 'mine' } }),
    message,
    loopback,
  );
  const [got] = server.received;
  expect(JSON.parse(got!.body)).toEqual(message);
  expect(got!.path).toBe('/in');
  expect(got!.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-team': 'data',
    'user-agent': 'mine',
    'x-castellan-delivery': 'k1-firing',
    'x-castellan-timestamp': String(Date.UTC(2026, 2, 1, 12) / 1_000),
  });
  const mac = createHmac('sha256', signingKey)
    .update(`${got!.headers['x-castellan-timestamp']}.${got!.body}`)
    .digest('hex');
  expect(got!.headers['x-castellan-signature']).toBe(`v1=${mac}`);
});

test('a template', async () => {
  const server = await receiver();
  const template =
    '{"text": "{{severity}}: {{title}} {{nothing}}", "all": {{json alerts.0.findings}}}';
  await sendMessage(hook(server.url, { template }), message, loopback);
  expect(JSON.parse(server.received[0]!.body)).toEqual({
    text: `critical: ${message.title} `,
    all: message.alerts[0]!.findings,
  });
});

test('answers that are no success: what was said, and whether another attempt can help', async () => {
  const check = async (status: number, body: string, expected: RegExp) => {
    const server = await receiver((response) => {
      response.writeHead(status, { location: 'http://127.0.0.1/', 'retry-after': '7' });
      response.end(body);
    });
    const failure = await failureOf(sendMessage(hook(server.url), message, loopback));
    expect(failure, `${status}`).toMatch(expected);
  };
  await check(200, '', /^sent$/);
  await check(204, '', /^sent$/);
  await check(302, '', /answered 302, a redirect, which is not followed \| false$/);
  await check(
    400,
    'no such\n field',
    /^127\.0\.0\.1:\d+ answered 400 Bad Request: no such field \| false$/,
  );
  await check(404, 'x'.repeat(1_000_000), /answered 404 Not Found: x{200} \| false$/);
  await check(429, '', /answered 429 Too Many Requests \| true$/);
  await check(500, 'oops', /answered 500 Internal Server Error: oops \| true$/);
  await check(503, '', /\| true$/);
});

test('a server that hangs, drips, closes, or is not there', async () => {
  const limits = { ...defaultFetchLimits, timeoutMs: 300 };
  const check = async (url: string, expected: RegExp) =>
    expect(await failureOf(sendMessage(hook(url), message, { ...loopback, limits }))).toMatch(
      expected,
    );
  const hanging = await receiver(() => {});
  await check(hanging.url, /did not answer within 300 ms \| true$/);
  const dripping = await receiver((response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(drip));
  });
  await check(dripping.url, /did not answer within 300 ms \| true$/);
  const closing = await receiver((response) => response.destroy());
  await check(closing.url, /cannot be reached: .* \| true$/);
  await check('http://127.0.0.1:9', /cannot be reached: .* \| true$/);
  const endless = await receiver((response) => {
    response.writeHead(200);
    const push = () => response.write('x'.repeat(65_536), push);
    push();
  });
  await check(endless.url, /^sent$/);
});

test('private networks are refused, however they are written, before anything is sent', async () => {
  const server = await receiver();
  const strict = { ...loopback, addresses: { allowed: [] } };
  const check = async (host: string) => {
    const failure = await failureOf(
      sendMessage(hook(`http://${host}:${server.port}/`), message, strict),
    );
    expect(failure, host).toMatch(/not a public address \| false$/);
  };
  await check('127.0.0.1');
  await check('localhost');
  await check('0x7f.1');
  await check('2130706433');
  await check('[::1]');
  await check('[::ffff:127.0.0.1]');
  await check('0');
  expect(server.received).toEqual([]);
});

test('a name is resolved once: what was checked is what is connected to', async () => {
  const server = await receiver();
  let asked = 0;
  // The second answer is what a rebinding name server would give.
  const resolve = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
  };
  const options = { ...loopback, addresses: { allowed: ['loopback'], resolve } };
  await sendMessage(hook(`http://rebinding.example:${server.port}/`), message, options);
  expect(asked).toBe(1);
  expect(server.received[0]?.headers.host).toBe(`rebinding.example:${server.port}`);
});

test('attempts: until it works, until it cannot work, or until there were enough', async () => {
  const check = async (statuses: number[], outcome: RegExp, attempts: number) => {
    const server = await receiver((response, index) => {
      response.writeHead(statuses[Math.min(index, statuses.length - 1)] ?? 500);
      response.end();
    });
    const waits: number[] = [];
    const work = deliver(
      (signal) => sendMessage(hook(server.url), message, { ...loopback, signal }),
      quick,
      new AbortController().signal,
      (_, waitMs) => waits.push(waitMs),
    );
    expect(await failureOf(work)).toMatch(outcome);
    expect([server.received.length, waits.length]).toEqual([attempts, attempts - 1]);
    expect(new Set(server.received.map((each) => each.headers['x-castellan-delivery'])).size).toBe(
      1,
    );
  };
  await check([200], /^sent$/, 1);
  await check([500, 503, 200], /^sent$/, 3);
  await check([500], /answered 500/, 4);
  await check([503, 400], /answered 400/, 2);
});

test('the other side may ask for patience', async () => {
  const check = async (retryAfter: string, leastMs: number, mostMs: number) => {
    const server = await receiver((response, index) => {
      response.writeHead(index === 0 ? 429 : 200, { 'retry-after': retryAfter });
      response.end();
    });
    const waits: number[] = [];
    const stop = new AbortController();
    const work = deliver(
      () => sendMessage(hook(server.url), message, loopback),
      quick,
      stop.signal,
      (_, waitMs) => {
        waits.push(waitMs);
        if (waitMs > 1_000) stop.abort();
      },
    );
    await failureOf(work);
    expect(waits[0]).toBeGreaterThanOrEqual(leastMs);
    expect(waits[0]).toBeLessThanOrEqual(mostMs);
  };
  await check('30', 30_000, 30_000);
  await check('Sun, 01 Mar 2026 12:00:40 GMT', 40_000, 40_000);
  await check('999999', 3_600_000, 3_600_000);
  await check('soon', 0, 1_000);
});

test('stopping ends a delivery at once', async () => {
  const server = await receiver(() => {});
  const stop = new AbortController();
  const work = deliver(
    (signal) => sendMessage(hook(server.url), message, { ...loopback, signal }),
    quick,
    stop.signal,
    () => {},
  );
  while (server.received.length === 0) await sleep(10);
  stop.abort();
  expect(await failureOf(work)).toMatch(/stopped/);
  expect(server.received).toHaveLength(1);
});
