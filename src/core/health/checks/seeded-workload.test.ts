import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { asWatched, checkOf, proveSeeded, type SeededCase } from '../testing/seeded-proof.ts';
import { watchNodes } from '../testing/watch-nodes.ts';

/** Statements of readings on the real engine, over tables that it lacks and that are seeded here. */
const seeded = ['query_log', 'processes'];

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
});
afterAll(() => engine.close());
beforeEach(() => {
  for (const table of seeded) placeLookAlike(engine, table);
  engine.execute('DROP TABLE IF EXISTS system.query_log_0');
});

const proves = (
  check: string,
  seeds: readonly string[],
  expected: readonly (string | RegExp)[],
  well: SeededCase['well'] = { outcome: 'ok' },
): Promise<void> => proveSeeded(engine, seeded, { check, seeds, expected, well });

const queries = (count: number, values: Readonly<Record<string, string>>): string => {
  const all: Record<string, string> = {
    type: "'QueryFinish'",
    user: "'anna'",
    query: "'SELECT 1'",
    query_kind: "'Select'",
    ...values,
  };
  return `INSERT INTO system.query_log (${Object.keys(all)}) SELECT ${Object.values(all)} FROM numbers(${count})`;
};
const failed = (count: number, code: number, values: Readonly<Record<string, string>> = {}) =>
  queries(count, { type: "'ExceptionWhileProcessing'", exception_code: String(code), ...values });

test('queries that failed, by their codes', async () => {
  await proves(
    'query-failures',
    [queries(60, {}), failed(30, 210), failed(10, 62)],
    [
      'critical: 30 % of the queries of the last ten minutes failed (30 of 100); 10 more were refused for faults of their own.',
    ],
  );
  await proves(
    'memory-kills',
    [
      queries(100, {}),
      failed(1, 241, { query_kind: "'Insert'", exception: "'(total) memory limit exceeded'" }),
    ],
    [
      'critical: 1 insert failed for want of memory within an hour; limit of the query 0, of the user 0, of the server 1.',
    ],
  );
  await proves('refused-queries', [failed(11, 202)], [/^warning: 11 queries were refused/]);
});

test('what the monitor asks, and queries that only began, do not count', async () => {
  const watch = watchNodes([asWatched(engine)], [checkOf('query-failures')]);
  engine.execute(
    failed(90, 210, { query_id: "'castellan-monitor-1'" }),
    queries(90, { type: "'QueryStart'" }),
    queries(1, {}),
  );
  await watch.rounds(3);
  expect(watch.findings()).toEqual([]);
});

test('rows that an upgrade left in query_log_0 count as well', async () => {
  placeLookAlike(engine, 'query_log', 'query_log_0');
  engine.execute(
    `INSERT INTO system.query_log_0 (type, exception_code) SELECT 'ExceptionWhileProcessing', 202 FROM numbers(11)`,
  );
  const watch = watchNodes([asWatched(engine)], [checkOf('refused-queries')]);
  await watch.rounds(3);
  expect(watch.findings()).toHaveLength(1);
});

test('what is usual is a week without the last hour', async () => {
  const before = { event_time: 'now() - 7200 - number * 600' };
  const shape = { normalized_query_hash: '77' };
  const slow = {
    ...shape,
    query: "'SELECT secret FROM t WHERE a = ''x'''",
    query_duration_ms: '900',
  };
  await proves(
    'query-regression',
    [queries(100, { ...before, ...shape, query_duration_ms: '100' }), queries(40, slow)],
    [
      /^warning: The 95th percentile of 40 runs within an hour is \d+ ms; in the week before it was 100 ms: SELECT secret FROM t WHERE a = \?$/,
    ],
    { outcome: 'ok', seeds: [queries(40, { ...shape, query_duration_ms: '100' })] },
  );
  await proves(
    'query-timeouts',
    [queries(400, before), failed(30, 159)],
    [
      'warning: 30 queries of the last hour timed out, lost their connection or were cancelled; 0 are usual.',
    ],
    { outcome: 'ok', seeds: [queries(400, before)] },
  );
  await proves(
    'unusually-long-query',
    [
      `INSERT INTO system.query_log (type, event_time, query, normalized_query_hash, query_duration_ms) SELECT 'QueryFinish', now() - 7200, 'SELECT 1 FROM t', normalizedQueryHash('SELECT 1 FROM t'), 1000 FROM numbers(50)`,
      `INSERT INTO system.processes (query_id, user, elapsed, query, query_kind) VALUES ('q', 'anna', 61, 'SELECT 2 FROM t', 'Select')`,
    ],
    [
      'warning: A query of anna has been running for 1 min 1 s; 99 of 100 take at most 1 s: SELECT ? FROM t',
    ],
  );
});

test('the processor, by query and user, and marks', async () => {
  const hour = `'OSCPUVirtualTimeMicroseconds', ${2 * 3_600 * 1e6}`;
  await proves(
    'cost-hog',
    [queries(1, { ProfileEvents: `map(${hour})`, user: "'ben'", normalized_query_hash: '5' })],
    // What takes everything makes its user take everything, too.
    [/^info: The user ben took 100 %/, /^info: One query took 100 % of the processor time/],
  );
  await proves(
    'cost-hog',
    [queries(2, { read_bytes: '1099511627776', user: "'ben'", normalized_query_hash: '5' })],
    [
      'info: The user ben read 2.0 TiB in the last hour, 100 % of what all queries read.',
      /^info: One query read 2.0 TiB in the last hour, 100 % of what all queries read: /,
    ],
  );
  await proves(
    'poor-pruning',
    [
      queries(9, {
        normalized_query_hash: '5',
        read_rows: '1000000000',
        result_rows: '10',
        ProfileEvents: "map('SelectedMarks', 20000, 'SelectedMarksTotal', 20000)",
      }),
    ],
    [
      'info: A query reads 20,000 marks a run and 100,000,000 rows for each row that it returns: SELECT ?',
    ],
  );
});
