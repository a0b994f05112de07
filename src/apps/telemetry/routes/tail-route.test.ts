import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEventStream } from '../testing/event-stream.ts';
import { startTestApi, type TestApi } from '../testing/test-app.ts';

let api: TestApi;
const listeners = new Set<() => void>();
const onStored = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const stored = () => {
  for (const listener of listeners) listener();
};
beforeAll(async () => {
  api = await startTestApi({
    onStored,
    limits: { tailPollMs: 300, tailPingMs: 500, tailRows: 50, tailBytes: 200_000, tails: 5 },
  });
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9), 'before' FROM numbers(10)`,
  );
});
afterAll(() => api.stop());

const insert = (...bodies: string[]) =>
  api.run(
    `INSERT INTO otel_logs (Timestamp, ServiceName, Body) VALUES ${bodies.map((body, i) => `(now64(9) + ${i}, 'shop', '${body}')`).join(', ')}`,
  );
const open = (query = '', lastEventId?: string) =>
  openEventStream(`${api.url}/tail${query}`, lastEventId);

test('rows appear as they arrive, late ones too, and only those that match', async () => {
  const tail = await open(`?source=logs&where=${encodeURIComponent('ServiceName:shop -noise')}`);
  expect([tail.status, tail.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
  await tail.until('the first event', () => tail.events.length > 0);
  expect(tail.events[0]).toMatchObject({ event: 'ping', data: { time: expect.any(String) } });
  await insert('one', 'noise', 'two');
  stored();
  await tail.until('two rows', () => tail.bodies().length === 2);
  expect(tail.bodies()).toEqual(['one', 'two']);
  // Three days late, into a partition that has no row yet.
  await api.run(
    `INSERT INTO otel_logs (Timestamp, ServiceName, Body) VALUES (now64(9) - 259200, 'shop', 'late')`,
  );
  await tail.until('the late row', () => tail.bodies().includes('late'));
  await api.run('OPTIMIZE TABLE otel_logs FINAL');
  await insert('three');
  await tail.until('the row after a merge', () => tail.bodies().includes('three'));
  await tail.until('a ping', () => tail.events.at(-1)?.event === 'ping');
  expect(tail.bodies()).toEqual(['one', 'two', 'late', 'three']);
  expect(tail.events.every(({ id }) => id !== '')).toBe(true);
  await tail.close();
});

test('who comes back gets what arrived meanwhile, once', async () => {
  const first = await open();
  await first.until('the first event', () => first.events.length > 0);
  await insert('a1', 'a2');
  await first.until('rows', () => first.bodies().length === 2);
  const id = first.events.at(-1)?.id;
  await first.close();
  await insert('b1');
  await api.run('OPTIMIZE TABLE otel_logs FINAL');
  await insert('b2');
  const second = await open('', id);
  await second.until('rows', () => second.bodies().length >= 2);
  await sleep(500);
  expect(second.bodies()).toEqual(['b1', 'b2']);
  await second.close();
});

test('a position that is not ours is a gap, and the tail goes on from now', async () => {
  for (const id of ['nonsense', '1:another-table;20260101,5']) {
    const tail = await open('', id);
    await tail.until('the gap', () => tail.events.length > 0);
    expect(tail.events[0]).toMatchObject({
      event: 'gap',
      data: { reason: 'unknown_position', skipped: null },
    });
    await insert('after the gap');
    await tail.until('a row', () => tail.bodies().length === 1);
    await tail.close();
  }
});

test('more than fits is a gap with its size, and the newest rows', async () => {
  const tail = await open('?where=flood');
  await tail.until('the first event', () => tail.events.length > 0);
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9) + number, 'flood ' || number FROM numbers(300)`,
  );
  stored();
  await tail.until('rows', () => tail.bodies().length > 0);
  const gap = tail.events.find(({ event }) => event === 'gap');
  expect(gap?.data).toEqual({ reason: 'too_many', skipped: 250 });
  expect(tail.bodies()).toEqual(Array.from({ length: 50 }, (_, i) => `flood ${i + 250}`));
  await api.run(
    `INSERT INTO otel_logs (Timestamp, Body) SELECT now64(9), 'flood ' || repeat('x', 30000) FROM numbers(40)`,
  );
  await tail.until(
    'the second gap',
    () => tail.events.filter(({ event }) => event === 'gap').length === 2,
  );
  await tail.close();
});

test('under many inserts and merges each row is shown once', async () => {
  const tail = await open('?where=busy');
  await tail.until('the first event', () => tail.events.length > 0);
  const expected = Array.from({ length: 25 }, (_, i) => `busy ${i}`);
  const merging = (async () => {
    for (let i = 0; i < 5; i++) {
      await api.run('OPTIMIZE TABLE otel_logs FINAL');
      await sleep(20);
    }
  })();
  for (const [i, body] of expected.entries()) {
    await insert(body);
    if (i % 3 === 0) stored();
  }
  await merging;
  await tail.until('all rows', () => tail.bodies().length >= expected.length);
  await sleep(600);
  expect(tail.bodies().toSorted()).toEqual(expected.toSorted());
  await tail.close();
});

test('a store that dies is waited for, and nothing is missed', async () => {
  const tail = await open('?where=survivor');
  await tail.until('the first event', () => tail.events.length > 0);
  await insert('survivor 1');
  api.crash();
  for (let tries = 0; tries < 100; tries++) {
    const done = await insert('survivor 2').then(
      () => true,
      () => false,
    );
    if (done) break;
    await sleep(200);
  }
  await tail.until('both rows', () => tail.bodies().length >= 2);
  expect([...new Set(tail.bodies())]).toEqual(['survivor 1', 'survivor 2']);
  await tail.close();
});

test('without a signal it polls', async () => {
  const tail = await open();
  await tail.until('the first event', () => tail.events.length > 0);
  await insert('polled');
  await tail.until('the row', () => tail.bodies().includes('polled'));
  await tail.close();
});

test('a bad query is refused before the stream begins', async () => {
  const check = async (query: string, status: number, code: string) => {
    const response = await fetch(`${api.url}/tail?${query}`);
    const body = (await response.json()) as { error: { code: string } };
    expect([response.status, body.error.code], query).toEqual([status, code]);
  };
  await check('where=servcename:x', 400, 'invalid_query');
  await check(`language=sql&where=${encodeURIComponent('Nope = 1')}`, 400, 'invalid_query');
  await check(`language=sql&where=${encodeURIComponent('1) OR (1')}`, 400, 'invalid_query');
  await check('source=metrics', 400, 'invalid_request');
});

test('tails are limited in number, and those that are closed make room', async () => {
  const tails = await Promise.all(Array.from({ length: 5 }, () => open()));
  const refused = await fetch(`${api.url}/tail`);
  expect([refused.status, ((await refused.json()) as { error: object }).error]).toEqual([
    429,
    expect.objectContaining({ code: 'rate_limited', hint: expect.any(String) }),
  ]);
  await Promise.all(tails.map((tail) => tail.close()));
  await sleep(200);
  const again = await open();
  expect(again.status).toBe(200);
  await again.close();
  expect(listeners.size).toBeLessThan(2);
});

test('a server that closes ends its tails', async () => {
  const other = await startTestApi();
  const tail = await openEventStream(`${other.url}/tail`);
  await tail.until('the first event', () => tail.events.length > 0);
  await other.stop();
  await tail.until('the end', () => tail.ended());
});
