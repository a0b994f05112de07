import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QueryFilter } from '../../model/fleet/query-insights.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../health/testing/embedded-node.ts';
import {
  detailStatement,
  errorsStatement,
  executionsStatement,
  type GroupsQuestion,
  groupsStatement,
  type LogQuestion,
  type LogServer,
  type LogStatement,
  limited,
  mergeDetail,
  mergeErrors,
  mergeExecutions,
  mergeGroups,
  mergeTrend,
  parseSizes,
  shapesStatement,
  sizesStatement,
  trendStatement,
  windowOf,
  withShapes,
} from './index.ts';
import { insertOf, type LoggedQuery, logTables, serverWith } from './testing/query-logs.ts';

const start = 1_770_000_000;
const own = 'castellan-monitor-';
const queries: readonly LoggedQuery[] = [
  ...[1, 2, 3, 100].map((durationMs, place) => ({
    at: start + place * 60,
    query: `SELECT count() FROM shop.orders WHERE name = 'secret${place}' AND n = ${place}`,
    durationMs,
    readRows: 10,
    memory: 1_000 * durationMs,
    cpu: 2_000,
    tables: ['shop.orders'],
  })),
  { at: start, query: "SELECT count() FROM shop.orders WHERE name = 'x' AND n = 1", type: 1 },
  {
    at: start + 30,
    query: "SELECT count() FROM shop.orders WHERE name = 'secret' AND n = 7",
    type: 4,
    user: 'batch',
    exception: "Code: 241. DB::Exception: Memory limit (for query) exceeded: 9.31 GiB, 'secret'",
    tables: ['shop.orders'],
  },
  {
    at: start + 40,
    query: 'SELEC 4111111111111111',
    type: 3,
    exception: 'Code: 62. DB::Exception: Syntax error at position 1: SELEC 4111111111111111',
  },
  {
    at: start + 50,
    query: 'INSERT INTO shop.orders VALUES (1)',
    user: 'loader',
    durationMs: 7,
    writtenRows: 500,
    tables: ['shop.orders'],
  },
  {
    at: start + 55,
    query: 'SELECT a FROM shop.orders AS o JOIN `shop`.`users` USING id, (SELECT 1)',
    initial: 0,
    tables: ['shop.orders', 'shop.users'],
  },
  { at: start + 56, query: 'SELECT 1 FROM numbers(10)', id: `${own}state-1` },
  { at: start - 1, query: 'SELECT before' },
  { at: start + 300, query: 'SELECT after' },
];

let node: EmbeddedNode;
beforeAll(() => {
  node = openEmbeddedNode();
});
afterAll(() => node.close());

const sqlOf = (statement: LogStatement): string => {
  if (!statement.ok) throw new Error(`no statement: ${statement.missing}`);
  return statement.sql;
};
const ask = (statement: LogStatement) => [{ node: 'n1', rows: node.rows(sqlOf(statement)) }];
const askGroups = (question: GroupsQuestion) => {
  const [answer] = ask(groupsStatement(question));
  const shapes = shapesStatement(question, answer!.rows);
  const named = question.by === 'fingerprint' && shapes;
  return [
    { node: 'n1', rows: named ? withShapes(answer!.rows, node.rows(sqlOf(shapes))) : answer!.rows },
  ];
};
const filterOf = (filter: Record<string, unknown> = {}) => QueryFilter.parse(filter);
const window = windowOf({ fromMs: start * 1_000, toMs: (start + 300) * 1_000 });

/** The log of a server of that age, with the queries above in it. */
function logOf(kind: keyof typeof logTables): LogServer {
  node.execute(
    'DROP TABLE IF EXISTS system.query_log',
    `CREATE TABLE system.query_log (${logTables[kind]}) ENGINE = MergeTree ORDER BY (event_date, event_time)`,
    ...insertOf(kind, queries),
  );
  const columns = node.rows(
    "SELECT name FROM system.columns WHERE database = 'system' AND table = 'query_log'",
  );
  return serverWith(...columns.map(([name]) => String(name)));
}
const questionOf = (
  server: LogServer,
  filter: LogQuestion['filter'] = filterOf(),
): LogQuestion => ({
  server,
  window,
  filter,
  ownPrefix: own,
});

for (const kind of ['new', 'old'] as const) {
  test(`${kind} servers: groups of every sort, and what fits a filter`, () => {
    const question = questionOf(logOf(kind));
    const groups = (by: Parameters<typeof mergeGroups>[0], filter = {}) =>
      mergeGroups(
        by,
        'total',
        askGroups({ ...question, filter: filterOf(filter), by, sort: 'total', limit: 50 }),
      );
    const [count, insert, syntax, ...rest] = groups('fingerprint');
    expect(rest).toEqual([]);
    expect(count).toMatchObject({
      shape: expect.stringMatching(
        /^SELECT count\(\) FROM shop.orders WHERE name = \?+ AND n = \?/,
      ),
      kind: 'select',
      runs: 5,
      failed: 1,
      errorRate: 0.2,
      p50Ms: 2,
      totalMs: 107,
      readRows: 40,
      memoryBytes: 100_000,
      cpuMs: 8,
      errors: [{ code: 241, name: 'MEMORY_LIMIT_EXCEEDED', count: 1 }],
      users: ['batch', 'default'],
      tables: ['shop.orders'],
      nodes: ['n1'],
      firstSeen: new Date(start * 1_000).toISOString(),
    });
    expect(Math.abs((count?.p99Ms ?? 0) - 100)).toBeLessThanOrEqual(3);
    expect(insert).toMatchObject({ kind: 'insert', runs: 1, writtenRows: 500, p50Ms: 7 });
    expect(syntax).toMatchObject({ runs: 1, failed: 1, p50Ms: null });
    expect(JSON.stringify([count, insert, syntax])).not.toMatch(/secret|4111/);

    const keys = (by: Parameters<typeof mergeGroups>[0], filter = {}) =>
      groups(by, filter)
        .map(({ key, runs }) => `${key}=${runs}`)
        .sort();
    expect(keys('user')).toEqual(['batch=1', 'default=5', 'loader=1']);
    expect(keys('kind')).toEqual(['insert=1', 'selec=1', 'select=5']);
    expect(keys('error')).toEqual(['0=5', '241=1', '62=1']);
    expect(keys('node')).toEqual(['n1=7']);
    expect(keys('table')).toEqual(['=1', 'shop.orders=6']);
    expect(keys('kind', { scope: 'all' })).toEqual(['insert=1', 'selec=1', 'select=6']);
    expect(keys('user', { table: 'shop.orders', code: '0' })).toEqual(['default=4', 'loader=1']);
    expect(keys('user', { kind: 'insert' })).toEqual(['loader=1']);
    expect(keys('user', { code: '62' })).toEqual(['default=1']);
    expect(keys('user', { user: "x' OR 1 --" })).toEqual([]);
    // Values are not what can be searched for: they would be found out one guess at a time.
    expect(keys('user', { text: 'SECRET' })).toEqual([]);
    expect(keys('user', { text: 'Shop.Orders where' })).toEqual(['batch=1', 'default=4']);
  });

  test(`${kind} servers: trend, details, errors and executions of one query`, () => {
    const question = questionOf(logOf(kind));
    const { trend, totals } = mergeTrend(ask(trendStatement(question)));
    expect(totals).toMatchObject({ runs: 7, failed: 2, writtenRows: 500 });
    expect(
      trend.map(({ at, kind: of, runs }) => [Date.parse(at) / 1_000 - start, of, runs]),
    ).toEqual(
      expect.arrayContaining([
        [0, 'select', 1],
        [60, 'select', 1],
        [180, 'select', 1],
      ]),
    );
    const sizes = parseSizes(node.rows(sizesStatement(question)));
    expect(sizes.reduce((sum, { rows }) => sum + rows, 0)).toBe(10);

    const [group] = mergeGroups(
      'fingerprint',
      'runs',
      askGroups({ ...question, by: 'fingerprint', sort: 'runs', limit: 1 }),
    );
    const one = questionOf(question.server, { ...filterOf(), hash: group!.key });
    const detail = mergeDetail(ask(detailStatement(one)));
    expect(detail.users.map(({ name, runs }) => [name, runs])).toEqual([
      ['default', 4],
      ['batch', 1],
    ]);
    expect(detail.tables.map(({ name, runs }) => [name, runs])).toEqual([['shop.orders', 5]]);
    expect(detail.byNode).toMatchObject([{ name: 'n1', runs: 5 }]);
    expect(mergeErrors(ask(errorsStatement(one)))).toMatchObject([
      {
        code: 241,
        count: 1,
        message: expect.stringMatching(/^Memory limit \(for query\) exceeded: 9\.31 GiB, '\?'/),
      },
    ]);
    const syntax = mergeErrors(ask(errorsStatement(questionOf(question.server))));
    expect(syntax.find(({ code }) => code === 62)?.message).toBe(
      'Syntax error at position ?: SELEC ?',
    );
    const runs = (fullText: boolean) =>
      mergeExecutions(ask(executionsStatement(one, { limit: 3, fullText })), 3);
    expect(runs(false)).toMatchObject([
      { durationMs: 100, user: 'default', client: 'client on host', code: 0, error: '' },
      { durationMs: 3 },
      { durationMs: 2 },
    ]);
    expect(JSON.stringify(runs(false))).not.toContain('secret');
    expect(runs(true)[0]?.text).toContain('secret3');
  });

  test(`${kind} servers: what is asked`, async () => {
    const question = questionOf(
      logOf(kind),
      filterOf({ user: "o'brien", table: 'a.b', code: '47' }),
    );
    const statements = [
      sizesStatement(question),
      sqlOf(groupsStatement({ ...question, by: 'fingerprint', sort: 'p95', limit: 500 })),
      ...(kind === 'new'
        ? [sqlOf(shapesStatement(question, [['42', '', '', [], [], 0, start]])!)]
        : []),
      sqlOf(trendStatement(question)),
      sqlOf(detailStatement(question)),
      sqlOf(errorsStatement(question)),
      sqlOf(executionsStatement(question, { limit: 50, fullText: false })),
    ].map((sql) => limited(sql, { timeoutMs: 10_000, mostRows: 5_000_000 }));
    for (const sql of statements) node.execute(sql);
    await expect(`${statements.join(';\n\n')};\n`).toMatchFileSnapshot(
      join(import.meta.dirname, `statements-${kind}.golden.sql`),
    );
  });
}

test('a log that rotated is read as a whole', () => {
  const server = logOf('new');
  node.execute(
    'CREATE TABLE system.query_log_0 AS system.query_log',
    'INSERT INTO system.query_log_0 SELECT * FROM system.query_log',
  );
  const rotated = {
    ...server,
    tables: new Map([...server.tables, ['query_log_0', new Set<string>()]]),
  };
  const { totals } = mergeTrend(ask(trendStatement(questionOf(rotated))));
  expect(totals.runs).toBe(14);
  node.execute('DROP TABLE system.query_log_0');
});

test('what a log cannot tell is named', () => {
  const all = ['type', 'event_date', 'event_time', 'query_duration_ms', 'query_id', 'user'];
  const check = (
    columns: readonly string[],
    statement: (q: LogQuestion) => LogStatement,
    missing: string,
  ) => expect(statement(questionOf(serverWith(...columns)))).toEqual({ ok: false, missing });
  check(all.slice(1), trendStatement, 'type');
  check(all, (q) => groupsStatement({ ...q, by: 'table', sort: 'runs', limit: 1 }), 'table');
  check(all, (q) => trendStatement({ ...q, filter: filterOf({ code: '1' }) }), 'code');
  check(all, errorsStatement, 'error');
});
