import { afterEach, expect, test } from 'vitest';
import { asNodeError } from '../../../adapters/clickhouse/fleet/server-exception.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../../../core/health/testing/embedded-node.ts';
import { insertOf, logTables } from '../../../core/insights/testing/query-logs.ts';
import { QueryFilter } from '../../../model/fleet/query-insights.ts';
import { failedNode, LogLacks } from './node-asking.ts';
import { QueryInsights } from './query-insights.ts';
import { SharedAnswers } from './shared-answers.ts';
import { clusterOf, engineNode } from './testing/engine-cluster.ts';
import { ViewAllowance } from './view-allowance.ts';

let engine: EmbeddedNode | undefined;
afterEach(() => {
  engine?.close();
  engine = undefined;
});
const open = (): EmbeddedNode => {
  engine = openEmbeddedNode();
  return engine;
};

const startMs = 1_770_000_000_000;
const insightsOf = (more: object = {}) =>
  new QueryInsights({
    timeoutMs: 10_000,
    keptMs: 0,
    mostRows: 1_000_000,
    mostMs: 60_000,
    fullText: false,
    ...more,
  });
const question = {
  range: { fromMs: startMs, toMs: startMs + 60_000 },
  filter: QueryFilter.parse({}),
  by: 'fingerprint',
  sort: 'total',
  limit: 100,
} as const;
const never = new AbortController().signal;
const logged = (columns: string) =>
  `CREATE TABLE system.query_log (${columns}) ENGINE = MergeTree ORDER BY event_time`;
const some = Array.from({ length: 30 }, (_, place) => ({
  at: startMs / 1_000 + place * 2,
  query: `SELECT ${place}`,
}));

test('a server that logs nothing, and one whose log was made after it was probed', async () => {
  const server = open();
  const node = engineNode(server);
  const list = () => insightsOf().list(clusterOf(node), question, never);
  expect(await list()).toMatchObject({
    groups: [],
    nodes: [
      { node: 'n:1', ok: false, reason: 'table', detail: expect.stringContaining('log_queries') },
    ],
    empty: { reason: 'disabled', message: expect.stringContaining('<query_log>') },
  });
  server.execute(logged(logTables.new));
  expect(await list()).toMatchObject({
    nodes: [{ ok: true, normalizedBy: 'server' }],
    empty: { reason: 'none', message: expect.stringContaining('log_queries') },
  });
  server.execute(...insertOf('new', some));
  const tied = Array.from({ length: 40 }, (_, place) => ({
    at: startMs / 1_000 + place,
    query: `SELECT x${'y'.repeat(place)}`,
  }));
  const full = await list();
  expect(full).toMatchObject({ groups: [{ runs: 30, shape: 'SELECT ?' }], empty: null });
  server.execute(...insertOf('new', tied));
  // Whichever of equals are shown, their texts are there.
  const few = await insightsOf().list(
    clusterOf(node),
    { ...question, limit: 5, sort: 'p95' },
    never,
  );
  expect(few.groups.map(({ shape }) => shape === '')).toEqual(Array(5).fill(false));
  expect(full.nodes[0]?.sql.every((sql) => / SETTINGS max_execution_time = 10, /.test(sql))).toBe(
    true,
  );
});

test('a user without the right to read the log is told which', async () => {
  const server = open();
  const capabilities = {
    version: '26.7',
    tables: new Map(),
    denied: new Map(),
    functions: new Set<string>(),
  };
  const list = (probed: object) =>
    insightsOf().list(
      clusterOf(engineNode(server, { capabilities: { ...capabilities, ...probed } })),
      question,
      never,
    );
  const grant = 'GRANT SELECT ON system.`query_log` TO `default`';
  expect(await list({ denied: new Map([['query_log', grant]]) })).toMatchObject({
    nodes: [{ ok: false, reason: 'grant', grant, sql: [] }],
    empty: { reason: 'grant', grant },
  });
});

test('what a server says no with, as a person reads it', () => {
  const check = (error: Error, expected: object) =>
    expect(failedNode('n:1', error, 'GRANT it', ['SELECT'])).toMatchObject({
      node: 'n:1',
      ok: false,
      sql: ['SELECT'],
      ...expected,
    });
  const said = (code: number) => asNodeError({ code, message: 'no' }, 'n:1', 'u');
  check(said(60), { reason: 'table', detail: expect.stringContaining('<query_log>') });
  check(said(497), { reason: 'grant', grant: 'GRANT it', detail: expect.stringContaining('497') });
  check(said(158), { reason: 'error', detail: expect.stringContaining('MONITOR_QUERY_ROWS') });
  check(said(159), { reason: 'timeout', detail: expect.stringContaining('shorter time') });
  check(said(241), { reason: 'error', detail: expect.stringContaining('241') });
  check(new LogLacks('nothing'), { reason: 'column', detail: 'nothing' });
  expect(() => failedNode('n:1', new TypeError('ours'), '', [])).toThrow('ours');
});

test('older rows than may be read are not counted, and that is said', async () => {
  const server = open();
  server.execute(logged(logTables.new), ...insertOf('new', some));
  const data = await insightsOf({ mostRows: 10 }).list(
    clusterOf(engineNode(server)),
    question,
    never,
  );
  expect(data.groups).toMatchObject([{ runs: 10 }]);
  expect(data.nodes).toMatchObject([
    { ok: true, countedFrom: new Date(startMs + 40_000).toISOString() },
  ]);
});

test('a node that cannot be asked says why, and the others are counted', async () => {
  const server = open();
  server.execute(logged(logTables.new), ...insertOf('new', some));
  const check = async (more: Parameters<typeof engineNode>[1], expected: object) => {
    const node = engineNode(server, more);
    const data = await insightsOf().list(clusterOf(node), question, never);
    expect(data.nodes).toMatchObject([{ ok: false, ...expected }]);
    expect([node.asked, data.empty?.reason]).toEqual([[], 'unreachable']);
  };
  await check({ online: false }, { reason: 'offline', detail: 'n:1 refuses the connection' });
  await check({ capabilities: null }, { reason: 'pending' });
  const both = clusterOf(engineNode(server, { online: false }), engineNode(server));
  const data = await insightsOf().list(both, question, never);
  expect(data).toMatchObject({ groups: [{ runs: 30 }], empty: null });
  const elsewhere = { ...question, filter: QueryFilter.parse({ node: 'other:1' }) };
  await expect(insightsOf().list(both, elsewhere, never)).rejects.toThrow(/no node "other:1"/);
});

test('a node that spent its time is left in peace', async () => {
  const server = open();
  server.execute(logged(logTables.new), ...insertOf('new', some));
  const node = engineNode(server);
  const insights = insightsOf({ mostMs: 0.001 });
  const list = () => insights.list(clusterOf(node), question, never);
  expect((await list()).groups).toHaveLength(1);
  const before = node.asked.length;
  expect((await list()).nodes).toMatchObject([
    { ok: false, reason: 'budget', detail: expect.stringMatching(/MONITOR_QUERY_TIME.* in \d+ s/) },
  ]);
  expect(node.asked).toHaveLength(before);
});

test('what a node may spend comes back as time passes', () => {
  const allowance = new ViewAllowance(100);
  const check = (nowMs: number, waitMs: number) =>
    expect(allowance.waitMs('n', nowMs)).toBe(waitMs);
  check(0, 0);
  allowance.spend('n', 60, 1_000);
  check(1_000, 0);
  allowance.spend('n', 60, 2_000);
  check(2_000, 299_000);
  check(300_999, 1);
  check(301_001, 0);
  expect(allowance.waitMs('other', 2_000)).toBe(0);
});

test('who asks for the same shares one answer; work that nobody waits for ends', async () => {
  const answers = new SharedAnswers();
  let runs = 0;
  const finish = Promise.withResolvers<string>();
  const work = async () => {
    runs += 1;
    return finish.promise;
  };
  const both = [answers.get('a', 60_000, never, work), answers.get('a', 60_000, never, work)];
  finish.resolve('done');
  expect(await Promise.all(both)).toEqual(['done', 'done']);
  expect(await answers.get('a', 60_000, never, work)).toBe('done');
  expect(await answers.get('b', 0, never, async () => 'other')).toBe('other');
  expect(runs).toBe(1);

  const gone = new AbortController();
  let given: AbortSignal | undefined;
  const endless = (signal: AbortSignal) => {
    given = signal;
    return new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  const waiting = answers.get('c', 60_000, gone.signal, endless);
  gone.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  expect(given?.aborted).toBe(true);
  expect(await answers.get('c', 0, never, async () => 'again')).toBe('again');
  await expect(answers.get('d', 0, never, () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  expect(await answers.get('d', 0, never, async () => 'yes')).toBe('yes');
});
