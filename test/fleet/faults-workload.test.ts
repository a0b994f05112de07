import { afterAll, beforeAll, expect, test } from 'vitest';
import { checks } from '../../src/core/health/catalogue.ts';
import type { Check } from '../../src/core/health/check.ts';
import { type Watch, watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import {
  type ClickHousePair,
  type ClickHouseServer,
  startClickHousePair,
} from '../peers/clickhouse-pair.ts';
import { ask, aWhileMs, checkOf, times, untilFound, watchedServer } from './watching.ts';

/** Faults of queries, made on the oldest servers, 18.16: each is found, and is over. */
let pair: ClickHousePair;
let first: ClickHouseServer;
beforeAll(async () => {
  pair = await startClickHousePair();
  [first] = pair.servers;
  await Promise.all(pair.servers.map((server) => server.query('CREATE DATABASE d')));
  // The server makes the table with its first flush.
  await eventually(
    () => first.query('EXISTS TABLE system.query_log'),
    (there) => there === '1',
  );
});
afterAll(() => pair?.stop());

const groups = ['resources', 'workload', 'integrations', 'drift', 'security'];

const watching = (...list: readonly (string | Check)[]): Watch =>
  watchNodes(
    [watchedServer(first)],
    list.map((each) => (typeof each === 'string' ? checkOf(each) : each)),
  );

test('a server that is well and busy gives nothing', async () => {
  const watch = watchNodes(
    pair.servers.map(watchedServer),
    checks.filter((check) => groups.includes(check.group)),
  );
  await first.query('CREATE TABLE d.busy (a UInt64, b String) ENGINE = MergeTree ORDER BY a');
  for (let round = 0; round < 3; round++) {
    await times(8, () =>
      ask(
        first,
        'INSERT INTO d.busy SELECT number, toString(number) FROM (SELECT number FROM system.numbers LIMIT 10000)',
      ),
    );
    await times(40, (place) => ask(first, `SELECT count(), max(b) FROM d.busy WHERE a = ${place}`));
    await watch.rounds();
  }
  await first.query('DROP TABLE d.busy');
  await watch.rounds(4);
  expect(watch.findings().map((each) => `${each.severity}: ${each.message}`)).toEqual([]);
});

test('query-failures: faults of the query itself are only mentioned', async () => {
  const watch = watching('query-failures');
  await untilFound(watch, []);
  const answers = await times(150, () => ask(first, 'SELECT nothing FROM nowhere'));
  expect(answers[0]).toContain('Code: 60');
  await untilFound(watch, ['query-failures info']);
  watch.later(aWhileMs);
  await untilFound(watch, []);
});

test('query-failures and memory-kills: queries that are given no memory', async () => {
  const watch = watching('query-failures', 'memory-kills');
  await untilFound(watch, []);
  const greedy = 'SELECT groupArray(number) FROM (SELECT number FROM system.numbers LIMIT 3000000)';
  const answers = await times(250, () => ask(first, greedy, { max_memory_usage: '1000000' }));
  expect(answers[0]).toContain('Code: 241');
  // As a whole, by its code, and as what it is.
  await untilFound(watch, [
    'query-failures critical',
    'query-failures warning',
    'memory-kills critical',
  ]);
  const message = watch.findings().find((each) => each.check === 'memory-kills')?.message;
  expect(message).toMatch(/limit of the query \d{2,}, of the user 0, of the server 0/);
  watch.later(aWhileMs);
  await untilFound(watch, []);
});

test('long-query: ended by its own fix', async () => {
  const quick = scaled(checkOf('long-query'), 1 / 60);
  const watch = watching(quick);
  const secret = "'my secret'";
  const query = ask(
    first,
    `SELECT count() FROM (SELECT sleepEachRow(1), ${secret} FROM system.numbers LIMIT 600)`,
    { max_block_size: '1' },
  );
  await untilFound(watch, ['long-query warning']);
  const finding = watch.findings()[0]!;
  expect(finding.message).toContain('sleepEachRow(?)');
  expect(JSON.stringify(finding)).not.toContain('my secret');
  await first.query(finding.fix!.sql);
  expect(await query).toContain('Code: 394');
  await untilFound(watch, []);
});

/** The same check with bounds that a test can wait for. */
const scaled = (check: Check, factor: number): Check => {
  const scale = (all: Check['rules'][number]['all']) =>
    all.map((each) =>
      typeof each.than === 'number' ? { ...each, than: each.than * factor } : each,
    );
  return {
    ...check,
    rules: check.rules.map((rule) => ({
      ...rule,
      all: scale(rule.all),
      ...(rule.keep && { keep: scale(rule.keep) }),
    })),
  };
};

test('query-timeouts: many, after a week of few', async () => {
  await first.query(
    "INSERT INTO system.query_log (type, event_date, event_time, user) SELECT 2, toDate(now() - number * 3600), now() - number * 3600, 'anna' FROM (SELECT number FROM system.numbers WHERE number > 1 LIMIT 60)",
  );
  const watch = watching('query-timeouts');
  await untilFound(watch, []);
  expect(watch.outcome('query-timeouts')).toBe('ok');
  const slow = 'SELECT sleepEachRow(1) FROM system.numbers LIMIT 5';
  const answers = await times(24, () =>
    ask(first, slow, { max_execution_time: '1', max_block_size: '1' }),
  );
  expect(answers.filter((each) => each.includes('Code: 159')).length).toBeGreaterThan(20);
  await untilFound(watch, ['query-timeouts warning']);
  watch.later(aWhileMs);
  await untilFound(watch, []);
});

test('poor-pruning: a condition that no key helps', async () => {
  await first.query(
    'CREATE TABLE d.marks (a UInt64, b UInt64) ENGINE = MergeTree ORDER BY a SETTINGS index_granularity = 1',
  );
  await first.query(
    'INSERT INTO d.marks SELECT number, number FROM (SELECT number FROM system.numbers LIMIT 12000)',
  );
  const watch = watching('poor-pruning');
  await untilFound(watch, []);
  await times(6, () => ask(first, 'SELECT a FROM d.marks WHERE b = 777'));
  await untilFound(watch, ['poor-pruning info']);
  const finding = watch.findings()[0]!;
  expect(finding.message).toContain('SELECT a FROM d.marks WHERE b = ?');
  watch.later(aWhileMs);
  await untilFound(watch, []);
  await first.query('DROP TABLE d.marks');
});

test('the fixes of what can be found on an old server work there, whatever things are called', async () => {
  const ids = [
    'query-failures',
    'memory-kills',
    'refused-queries',
    'query-concurrency',
    'connections',
    'long-query',
    'query-timeouts',
    'cost-hog',
    'poor-pruning',
    'distributed-failures',
    'dictionary-load',
    'schema-drift',
    'object-counts',
  ];
  const refused: string[] = [];
  for (const id of ids)
    for (const name of ["a'; DROP TABLE d.none; --", 'b`; x', 'c\\', 'plain']) {
      const database = id === 'dictionary-load' ? undefined : { database: name, table: name };
      const subject = { user: name, object: name, ...database };
      const fix = checkOf(id).fix?.({ subject, values: {} }, 'warning');
      const said = fix ? await first.query(fix.sql).then(() => '', String) : 'no fix';
      // The table or the dictionary is not there.
      if (said !== '' && !/Code: (36|60|81|390)\b/.test(said))
        refused.push(`${id}: ${fix?.sql}\n${said}`);
    }
  expect(refused).toEqual([]);
});
