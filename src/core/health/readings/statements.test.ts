import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readings } from '../catalogue.ts';
import { parseArrayText } from './array-text.ts';
import { type Capabilities, parseCapabilities, withDenied } from './capabilities.ts';
import { failedReadings, planTier, splitStatement } from './collect-statement.ts';
import { parseAnswer, parseNumber } from './parse-answer.ts';
import { computed, defineReading, flag, logMinute, text, texts } from './reading-definition.ts';
import { parseVitals, vitalsStatement } from './vitals.ts';

const server = (tables: Record<string, string>): Capabilities =>
  parseCapabilities([
    ['version', '', '26.7.1.1'],
    ...Object.entries(tables).flatMap(([table, columns]) =>
      columns.split(' ').map((column) => ['column', table, column]),
    ),
  ]);

const things = defineReading({
  name: 'things',
  tier: 'state',
  table: 'things',
  columns: {
    name: text('name'),
    size: computed(
      'number',
      { needs: ['bytes_on_disk'], sql: 'bytes_on_disk' },
      { needs: ['bytes'], sql: 'bytes' },
    ),
    broken: flag('is_broken'),
    tags: texts('tags'),
  },
  where: [
    { needs: ['active'], sql: 'active' },
    { needs: ['hidden'], sql: 'NOT hidden' },
  ],
  orderBy: [{ needs: ['bytes'], sql: 'bytes DESC' }],
  limit: 2,
});

const planOf = (capabilities: Capabilities, definitions = [things] as const) =>
  planTier(definitions, 'state', capabilities, 5);

test('a statement asks for what the server has', () => {
  const check = (columns: string, expected: string) =>
    expect(planOf(server({ things: columns })).statements[0]?.sql).toBe(expected);
  check(
    'name bytes bytes_on_disk is_broken tags active',
    "SELECT 'things' AS reading, [CAST(toString(name) AS Nullable(String)), CAST(toString(bytes_on_disk) AS Nullable(String)), CAST(toString(is_broken) AS Nullable(String)), CAST(toString(tags) AS Nullable(String))] AS cells FROM system.`things` WHERE (active) ORDER BY bytes DESC LIMIT 3",
  );
  check(
    'name bytes',
    "SELECT 'things' AS reading, [CAST(toString(name) AS Nullable(String)), CAST(toString(bytes) AS Nullable(String))] AS cells FROM system.`things` ORDER BY bytes DESC LIMIT 3",
  );
});

test('what cannot be asked is a gap, and fails nothing else', () => {
  const others = { ...things, name: 'others', table: 'others' };
  const check = (capabilities: Capabilities, expected: unknown) => {
    const plan = planTier([things, others], 'state', capabilities, 5);
    expect(plan.statements.map((each) => each.readings)).toEqual([['others']]);
    expect(plan.gaps.map((each) => each.gap)).toEqual([expected]);
  };
  const rest = server({ others: 'name' });
  check(rest, { reason: 'table', detail: 'This server has no system.things.' });
  check(withDenied(rest, ['things'], 'eve`'), {
    reason: 'grant',
    detail: 'The monitoring user may not read system.things.',
    grant: 'GRANT SELECT ON system.`things` TO `eve\\``',
  });
});

test('many readings share a statement, and can be asked one by one', () => {
  const many = Array.from({ length: 5 }, (_, place) => ({ ...things, name: `r${place}` }));
  const plan = planTier(many, 'state', server({ things: 'name' }), 5, { perStatement: 3 });
  expect(plan.statements.map((each) => each.readings)).toEqual([
    ['r0', 'r1', 'r2'],
    ['r3', 'r4'],
  ]);
  expect(splitStatement(plan.statements[0]!).map((each) => each.readings)).toEqual([
    ['r0'],
    ['r1'],
    ['r2'],
  ]);
});

test('an answer becomes rows by the kinds of the columns', () => {
  const [statement] = planOf(server({ things: 'name bytes is_broken tags' })).statements;
  const check = (cells: readonly (readonly unknown[])[], expected: object) =>
    expect(
      parseAnswer(
        statement!,
        cells.map((each) => ['things', each]),
        9,
      )[0],
    ).toMatchObject(expected);
  check([], { rows: [], truncated: false, atMs: 9 });
  check([['a', '18446744073709551615', '1', "['x','y\\'z']"]], {
    rows: [{ name: 'a', size: 18446744073709552000, broken: true, tags: ['x', "y'z"] }],
  });
  check([['', 'nan', 'false', '[]']], { rows: [{ name: '', broken: false, tags: [] }] });
  check([[null, null, null, null]], { rows: [{}] });
  check([['a', '-inf', '0', "['']"]], { rows: [{ name: 'a', size: -Infinity, tags: [''] }] });
  check(
    ['a', 'b'].map((name) => [name, '1', '0', '[]']),
    { rows: [{ name: 'a' }, { name: 'b' }], truncated: false },
  );
  check(
    ['a', 'b', 'c'].map((name) => [name, '1', '0', '[]']),
    { rows: [{ name: 'a' }, { name: 'b' }], truncated: true },
  );
});

test('rubbish is a gap, never "nothing there"', () => {
  const [statement] = planOf(server({ things: 'name bytes is_broken tags' })).statements;
  const check = (rows: readonly unknown[], expected: string) =>
    expect(parseAnswer(statement!, rows, 9)[0]?.gap).toEqual({
      reason: 'error',
      detail: `The server's answer cannot be read: ${expected}.`,
    });
  check([['things', ['a', 'many', '0', '[]']]], 'size = "many"');
  check([['things', ['a', '1', '2', '[]']]], 'broken = "2"');
  check([['things', ['a', '1', '1', 'x']]], 'tags = "x"');
  check([['things', ['a', '1']]], '2 cells where there should be 4');
  check([['things', ['a', 1, '1', '[]']]], 'size that is no text');
  check([['strangers', ['a']]], 'a row that belongs to no reading');
  check(['Code: 1'], 'a row that belongs to no reading');
  check([['things', 'a']], 'a row that belongs to no reading');
});

test('arrays as ClickHouse writes them', () => {
  const check = (written: string, expected: string[] | undefined) =>
    expect(parseArrayText(written), written).toEqual(expected);
  check('[]', []);
  check("['']", ['']);
  check("['a','b']", ['a', 'b']);
  check("['a,b','c]','\\\\','\\'','\\n']", ['a,b', 'c]', '\\', "'", '\n']);
  check('[1,-2.5]', ['1', '-2.5']);
  check('[[1]]', undefined);
  check("['a'", undefined);
  check("['a',]", undefined);
  check('', undefined);
});

test('numbers as ClickHouse writes them', () => {
  const check = (written: string, expected: number | undefined) =>
    expect(parseNumber(written), written).toBe(expected);
  check('0', 0);
  check('-1', -1);
  check('1.5e-7', 1.5e-7);
  check('1e+22', 1e22);
  check('inf', Infinity);
  check('nan', Number.NaN);
  check('', undefined);
  check('0x10', undefined);
  check('2026-01-01', undefined);
});

test('why a statement failed', () => {
  const [statement] = planOf(server({ things: 'name' })).statements;
  const check = (code: number, message: string, expected: object) =>
    expect(failedReadings(statement!, { code, message }, 5, 'me')[0]?.gap).toMatchObject(expected);
  check(497, 'Not enough privileges', {
    reason: 'grant',
    grant: 'GRANT SELECT ON system.`things` TO `me`',
  });
  check(497, "it's necessary to have the grant SHOW USERS, SHOW ROLES ON *.*. (ACCESS_DENIED)", {
    grant: 'GRANT SHOW USERS, SHOW ROLES ON *.* TO `me`',
  });
  check(497, 'have the grant SHOW x; DROP TABLE y ON *.*', {
    grant: 'GRANT SELECT ON system.`things` TO `me`',
  });
  check(291, 'Access denied to database', { reason: 'grant' });
  check(60, 'Unknown table', { reason: 'table' });
  check(159, 'Timeout exceeded', { reason: 'error', detail: 'Timeout exceeded' });
});

test('vitals: who the server is, its numbers and its clock', () => {
  const rows = [
    ['server', 'hostName', 'ch-1'],
    ['server', 'version', '26.7.1.1'],
    ['server', 'uptime', '60'],
    ['server', 'time', '100500'],
    ['gauge', 'Query', '3'],
    ['gauge', 'Odd', 'nan'],
    ['sampled', 'LoadAverage1', '0.5'],
    ['counter', 'Query', '70'],
    ['counter', 'Bad', 'x'],
    'rubbish',
  ];
  const sample = parseVitals(rows, { sentMs: 99_000, receivedMs: 101_000 });
  expect(sample).toEqual({
    atMs: 101_000,
    startedMs: 41_000,
    hostName: 'ch-1',
    version: '26.7.1.1',
    clock: { skewMs: 100_500_500 - 100_000, uncertaintyMs: 1_500 },
    gauges: new Map([
      ['LoadAverage1', 0.5],
      ['Query', 3],
    ]),
    counters: new Map([['Query', 70]]),
  });
  const both = [['gauge', 'Busy', '16'] as const, ['sampled', 'Busy', '0'] as const];
  for (const order of [both, both.toReversed()])
    expect(parseVitals([...rows, ...order], { sentMs: 0, receivedMs: 0 })?.gauges.get('Busy')).toBe(
      16,
    );
  const exact = rows.with(3, ['server', 'time', '1768478400250']);
  expect(parseVitals(exact, { sentMs: 1768478400000, receivedMs: 1768478400100 })?.clock).toEqual({
    skewMs: 200,
    uncertaintyMs: 50,
  });
  expect(parseVitals(rows.slice(1), { sentMs: 0, receivedMs: 0 })).toBeUndefined();
  expect(parseVitals([], { sentMs: 0, receivedMs: 0 })).toBeUndefined();
});

test('vitals ask for nothing that may be missing', () => {
  expect(vitalsStatement()).not.toContain('FROM');
  const known = server({ metrics: 'metric value', events: 'event value' });
  expect(vitalsStatement(known)).toContain('system.events');
  expect(vitalsStatement(known)).not.toContain('asynchronous_metrics');
});

test('log tables that an upgrade put aside are read along (trap 11)', () => {
  const log = defineReading({
    name: 'log',
    tier: 'logs',
    table: 'query_log',
    columns: { minute: logMinute, queries: computed('number', { needs: [], sql: 'count()' }) },
    groupBy: ['minute'],
    log: { keepMinutes: 10 },
  });
  const sqlOf = (tables: Record<string, string>) =>
    planTier([log], 'logs', server(tables), 5, { logWindowSeconds: 90 }).statements[0]?.sql;
  const columns = 'event_date event_time';
  const bounds =
    'WHERE event_date >= toDate(toStartOfMinute(now() - 90)) AND event_time >= toStartOfMinute(now() - 90)';
  expect(sqlOf({ query_log: columns })).toContain(`FROM system.\`query_log\` ${bounds}`);
  expect(sqlOf({ query_log: columns, query_log_0: columns })).toContain(
    `FROM merge('system', '^query_log(_[0-9]+)?$') ${bounds}`,
  );
  expect(sqlOf({ query_log: columns, query_log_errors: columns })).toContain('FROM system.');
});

test('no statement sets anything: not the query cache (trap 9), nothing for readonly=1', () => {
  const everything = new Map<string, Set<string>>();
  for (const reading of readings.values()) {
    const columns = Object.values(reading.columns).flatMap((each) => each.sources);
    const needed = [...columns, ...(reading.where ?? [])].flatMap((each) => each.needs);
    const known = everything.get(reading.table) ?? new Set();
    everything.set(reading.table, new Set([...known, ...needed]));
  }
  const capabilities = { ...server({}), tables: everything };
  for (const tier of ['state', 'slow', 'parts', 'daily', 'logs'] as const)
    for (const { sql } of planTier([...readings.values()], tier, capabilities, 5).statements) {
      expect(sql).not.toMatch(/\bSETTINGS\s+\w+\s*=/);
      expect(sql).not.toMatch(/use_query_cache|\bFORMAT\b/);
    }
});

test('whatever a server answers, reading it does not fail', () => {
  const [statement] = planOf(server({ things: 'name bytes is_broken tags' })).statements;
  const cell = fc.oneof(fc.string(), fc.constant(null), fc.anything());
  const row = fc.oneof(
    fc.anything(),
    fc.tuple(fc.constantFrom('things', 'other'), fc.oneof(fc.array(cell), fc.anything())),
    fc.tuple(
      fc.constantFrom('server', 'gauge', 'sampled', 'counter', 'column'),
      fc.string(),
      fc.string(),
    ),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
      for (const { gap, rows: read } of parseAnswer(statement!, rows, 1))
        expect(gap === undefined || read.length === 0).toBe(true);
      parseVitals(rows, { sentMs: 0, receivedMs: 0 });
      parseCapabilities(rows);
    }),
  );
});

test('any texts come through an array of ClickHouse', () => {
  const written = (all: readonly string[]) =>
    `[${all.map((each) => `'${each.replaceAll(/[\\']/g, '\\$&')}'`).join(',')}]`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (all) => {
      expect(parseArrayText(written(all))).toEqual(all);
    }),
  );
});
