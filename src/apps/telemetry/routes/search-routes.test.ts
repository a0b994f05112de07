import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, silentLogger } from '../testing/test-app.ts';
import { startTestStore } from '../testing/test-store.ts';

let store: Awaited<ReturnType<typeof startTestStore>>;
let call: Awaited<ReturnType<typeof createTestApp>>['call'];
let close: () => Promise<unknown>;

beforeAll(async () => {
  store = await startTestStore();
  const { app, call: calls } = await createTestApp({ store: store.store, logger: silentLogger });
  call = calls;
  close = () => app.close();
});
afterAll(async () => {
  await close();
  await store.stop();
});

const insert = (query: string) =>
  store.store.client.command({ query: `INSERT INTO otel_logs ${query}` });

test('rows come newest first, in the form of the contract', async () => {
  await insert(
    `(Timestamp, ServiceName, Body, SeverityNumber, LogAttributes) SELECT toDateTime64('2026-01-02 03:04:05.123456789', 9, 'UTC') + toIntervalNanosecond(number), 'shop', 'hello ' || toString(number), 9, map('k', toString(number)) FROM numbers(5)`,
  );
  const answer = await call('/search', {
    from: '2026-01-02T00:00:00Z',
    to: '2026-01-03T00:00:00Z',
    where: 'hello',
    limit: 2,
  });
  expect(answer.status).toBe(200);
  expect(answer.data.rows.map((row: { Body: string }) => row.Body)).toEqual(['hello 4', 'hello 3']);
  const next = await call('/search', {
    from: '2026-01-02T00:00:00Z',
    to: '2026-01-03T00:00:00Z',
    where: 'hello',
    limit: 2,
    cursor: answer.meta.cursor,
  });
  expect(next.data.rows.map((row: { Body: string }) => row.Body)).toEqual(['hello 2', 'hello 1']);
});
