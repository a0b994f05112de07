import { afterEach, expect, test } from 'vitest';
import type { SampleSlice } from '../../core/alerting/index.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import { eventually, finding, startTestAlerts, type TestAlerts } from './testing/test-alerts.ts';

let running: TestAlerts | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
async function start() {
  running = await startTestAlerts();
  return running;
}

const minute = 60_000;
const search = (test: object, more: object = {}) => ({
  name: 'errors',
  source: { kind: 'search', where: 'error', test, windowMs: 5 * minute, ...more },
});
const sql = (more: object = {}) => ({
  name: 'rows',
  source: {
    kind: 'sql',
    cluster: 'c',
    sql: 'SELECT count() AS value FROM t WHERE time >= {from} AND time < {to}',
    bounds: { above: 5 },
    ...more,
  },
});
const sample = (more: object = {}) => ({
  name: 'memory',
  source: {
    kind: 'sample',
    cluster: 'c',
    metric: 'gauge:MemoryTracking',
    bounds: { above: 5 },
    ...more,
  },
});

test('rules that could not fire are refused: where, what, and what to do', async () => {
  const { call, data } = await start();
  data.query = async () => ({ columns: ['n', 'host'], rows: [[1, 'a']] });
  const check = async (body: object, expected: RegExp) => {
    const { status, error } = await call('POST', '/rules', body);
    expect(`${status} ${error?.message ?? ''} ${error?.hint ?? ''}`).toMatch(expected);
  };
  await check(
    search({ kind: 'count', bounds: {} }),
    /^400 body\.source\.test\.bounds: give at least one/,
  );
  await check(
    search({ kind: 'count', bounds: { above: 3, below: 4 } }),
    /no value can be above 3 and below 4/,
  );
  await check(
    search({ kind: 'count', bounds: { below: 0 } }),
    /no value can be below 0 \(values start at 0\)/,
  );
  await check(
    search({ kind: 'count', bounds: { atLeast: 0 } }),
    /every value is at least 0.*always fire/,
  );
  await check(search({ kind: 'ratio', bounds: { above: 1 } }), /no value can be above 1/);
  await check(search({ kind: 'change', bounds: { below: -100 } }), /no value can be below -100/);
  await check(
    { ...search({ kind: 'absence' }), holdMs: 6 * minute },
    /^400 body\.holdMs: .* longer than the window.* lengthen/,
  );
  await check(search({ kind: 'absence' }, { windowMs: 10_500 }), /^400/);
  await check(
    { name: 'x', source: { kind: 'finding', match: { check: 'replika-*' } } },
    /no check "replika-\*" GET/,
  );
  await check(
    { ...search({ kind: 'absence' }), channels: ['x'] },
    /body\.channels: there is no channel x/,
  );
  await check(sql({ cluster: 'd' }), /body\.source\.cluster: there is no cluster d/);
  await check(sql(), /body\.source\.column: the statement has no column "value" It has n, host/);
  await check(sql({ column: 'host' }), /"host" is "a", which is no number/);
  await check(sql({ column: 'n' }), /^201/);
  await check(sql({ sql: 'DROP TABLE t' }), /DROP is no SELECT/);
  await check(sql({ sql: 'SELECT 1 AS value; SELECT 2' }), /only one statement/);
  await check(sql({ sql: 'SELECT 1 AS value FORMAT CSV' }), /leave the FORMAT clause away/);
  await check(sql({ sql: 'SELECT {from} AS value' }), /has \{from\} and no \{to\}/);
  await check(sample(), /body\.source\.metric: there was no sample of "gauge:MemoryTracking"/);
  data.count = async () => {
    throw new RequestFailure('invalid_query', 'Unknown field x', {
      position: { start: 0, end: 1 },
    });
  };
  await check(search({ kind: 'absence' }), /^400 Unknown field x/);
});

test('a rule whose cluster or store is away is saved untried, and says so until it was evaluated', async () => {
  const { call, data, clock, alerts } = await start();
  const check = async (body: object, why: string) => {
    const { status, data: saved } = await call('POST', '/rules', body);
    expect([status, saved.warning, saved.rule.problem]).toEqual([
      201,
      expect.stringContaining(`could not be tried: ${why}`),
      `not tried yet: ${why}`,
    ]);
    const changed = await call('PUT', `/rules/${saved.rule.id}`, { ...body, severity: 'info' });
    expect(changed.data.rule).toMatchObject({ severity: 'info', problem: saved.rule.problem });
    const dry = await call('POST', '/rules/dry-run', { rule: body });
    expect([dry.status, dry.error.message]).toEqual([503, `the rule cannot be tried: ${why}`]);
    expect(dry.error.hint).toMatch(/can be saved/);
    return saved.rule.id as string;
  };
  data.query = async () => {
    throw new RequestFailure('unavailable', 'no node of the cluster answers');
  };
  data.count = async () => {
    throw new RequestFailure('store_unavailable', 'The store does not answer.');
  };
  data.clusters = async () => [
    { id: 'c', name: 'shop', paused: false, answers: false, nodes: [], labels: {} },
  ];
  const id = await check(sql(), 'no node of the cluster answers');
  await check(search({ kind: 'absence' }), 'The store does not answer.');
  await check(
    sample(),
    'there was no sample of "gauge:MemoryTracking" in the last 24 hours, and the cluster does not answer',
  );
  // What needs no answer is refused all the same.
  expect((await call('POST', '/rules', sql({ sql: 'DROP TABLE t' }))).status).toBe(400);

  data.query = async () => ({ columns: ['value'], rows: [[7]] });
  clock.nowMs += minute;
  await alerts.start('http://x');
  const tried = await eventually(
    async () => (await call('GET', `/rules/${id}`)).data.rule,
    ({ lastEvaluatedAt }) => lastEvaluatedAt !== null,
  );
  expect(tried.problem).toBe(null);
});

test('a search rule: fires after its window fills, missed windows are history, the end is told', async () => {
  const { call, data, clock, alerts } = await start();
  const rows = new Map<number, number>();
  const asked: number[] = [];
  data.count = async ({ fromMs, toMs, sliceMs }) => {
    asked.push(toMs);
    const found = new Map<number, number>();
    for (const [atMs, count] of rows)
      if (atMs >= fromMs && atMs < toMs) found.set(Math.floor((atMs - fromMs) / sliceMs), count);
    return { found, among: found, rowsRead: 10 };
  };
  const body = search({ kind: 'count', bounds: { atLeast: 10 } }, { windowMs: minute });
  const { rule } = (await call('POST', '/rules', body)).data;
  await alerts.start('http://x');
  const evaluated = (atMs: number) =>
    eventually(
      async () => (await call('GET', `/rules/${rule.id}`)).data.rule,
      (each) => Date.parse(each.lastEvaluatedAt ?? '0') >= atMs,
    );
  const start0 = clock.nowMs;
  await evaluated(start0 - 10_000);
  // Forty minutes are missed: in the tenth there was a burst, and it goes on in the last.
  rows.set(start0 + 10 * minute + 5_000, 50);
  rows.set(start0 + 39 * minute + 5_000, 50);
  clock.nowMs = start0 + 40 * minute + 15_000;
  await evaluated(start0 + 40 * minute);
  const all = (await call('GET', '/alerts?state=all')).data.alerts;
  expect(all).toMatchObject([
    { state: 'firing', rule: rule.id, findings: [{ message: '50 rows in 1 min, at least 10' }] },
    { state: 'resolved', since: new Date(start0 + 11 * minute).toISOString() },
  ]);
  expect(all[0].lastNotifiedAt).toBeDefined();
  expect(all[1].lastNotifiedAt).toBeUndefined();

  // No answer is no news.
  data.count = async () => {
    throw new RequestFailure('store_unavailable', 'The store does not answer.');
  };
  clock.nowMs += minute;
  expect((await evaluated(start0 + 41 * minute)).problem).toBe('The store does not answer.');
  expect((await call('GET', '/alerts')).data.alerts).toHaveLength(1);
  await call('DELETE', `/rules/${rule.id}`);
  expect((await call('GET', '/alerts?state=resolved')).data.alerts[0].resolution).toBe(
    'the rule was removed',
  );
});

test('a sample rule: nodes by themselves; one that tells nothing stays as it was', async () => {
  const { call, data, clock, alerts, lines } = await start();
  const values = new Map([
    ['n1', 9],
    ['n2', 1],
  ]);
  data.clusters = async () => [
    { id: 'c', name: 'shop', paused: false, answers: true, nodes: ['n1', 'n2'], labels: {} },
  ];
  data.samples = async ({ fromMs, sliceMs }) => ({
    fromMs,
    sliceMs,
    nodes: [...values].map(([node, value]) => ({
      node,
      slices: new Map([[0, { least: value, most: value, total: value, weight: 1, last: value }]]),
    })),
  });
  const { rule } = (await call('POST', '/rules', sample({ windowMs: minute }))).data;
  await alerts.start('http://x');
  const evaluated = async () => {
    const last = async () => (await call('GET', `/rules/${rule.id}`)).data.rule.lastEvaluatedAt;
    const before = await last();
    if (before !== null) clock.nowMs += minute;
    await eventually(last, (at) => at !== before);
    return (await call('GET', '/alerts')).data.alerts.map(
      (alert: { title: string }) => alert.title,
    );
  };
  // Samples are looked at ten seconds late; a silence holds from the moment that it is asked for.
  const match = { check: `rule:${rule.id}` };
  const { silence } = (await call('POST', '/silences', { match, duration: '1h' })).data;
  expect(await evaluated()).toEqual(['memory: n1']);
  expect((await call('GET', '/alerts')).data.alerts).toMatchObject([{ silencedBy: silence.id }]);
  expect(lines.filter(([event]) => event === 'alert_notification')).toEqual([]);
  values.delete('n1');
  expect(await evaluated()).toEqual(['memory: n1']);
  values.set('n1', 2);
  expect(await evaluated()).toEqual([]);
});

test('dry runs: searches, samples, SQL under its budget, findings', async () => {
  const { call, data, clock, state } = await start();
  const dry = async (rule: object, range: object = {}) =>
    (await call('POST', '/rules/dry-run', { rule, ...range })).data;
  const weekAgo = clock.nowMs - 7 * 86_400_000;
  data.count = async ({ fromMs, sliceMs }) => {
    const bursts = [1, 2, 3].map((day) => weekAgo + day * 86_400_000 + 30_000);
    const found = new Map(bursts.map((atMs) => [Math.floor((atMs - fromMs) / sliceMs), 20]));
    return { found, among: found, rowsRead: 1_000 };
  };
  const counted = await dry(search({ kind: 'count', bounds: { above: 10 } }));
  expect(counted).toMatchObject({
    summary: 'would have fired 3 times last week',
    fired: 3,
    complete: true,
    rowsRead: 1_000,
    firings: [{ from: new Date(weekAgo + 86_400_000 + minute).toISOString() }, {}, {}],
  });
  expect((await dry(search({ kind: 'count', bounds: { above: 20 } }))).summary).toBe(
    'would not have fired last week',
  );

  data.samples = async ({ fromMs, toMs, sliceMs }) => {
    const slice = (atMs: number, value: number): [number, SampleSlice] => [
      Math.floor((atMs - fromMs) / sliceMs),
      { least: value, most: value, total: value, weight: 1, last: value },
    ];
    const slices = new Map([slice(toMs - 3_600_000, 9), slice(toMs - 10_000, 1)]);
    return { fromMs, sliceMs, nodes: [{ node: 'n1', slices }] };
  };
  expect(await dry(sample({ aggregate: 'max' }))).toMatchObject({
    summary: 'would have fired once last week',
    firings: [{ message: 'memory: n1: gauge:MemoryTracking (max of 5 min) is 9, above 5' }],
  });

  let statements = 0;
  data.query = async (_cluster, text) => {
    statements += 1;
    expect(text).toMatch(/time >= toDateTime\(\d+\) AND time < toDateTime\(\d+\)$/);
    return { columns: ['value'], rows: [[String(statements % 2 === 0 ? 7 : 1)]], rowsRead: 4e8 };
  };
  const limited = await dry(sql());
  expect(limited).toMatchObject({ complete: false, rowsRead: 1_200_000_000, evaluations: 3 });
  expect(limited.note).toMatch(/as many rows as it may/);
  data.query = async () => ({ columns: ['value'], rows: [[7]] });
  const blind = await call('POST', '/rules/dry-run', {
    rule: sql({ sql: 'SELECT 7 AS value' }),
  });
  expect(blind.error.message).toMatch(/without \{from\} and \{to\} cannot look back/);

  await state
    .insertInto('cluster')
    .values({
      id: 'c',
      name: 'shop',
      settings_json: '{}',
      origin: 'api',
      created_ms: 0,
      changed_ms: 0,
    })
    .execute();
  const seen = (id: string, fromMs: number, closed_ms: number | null) =>
    state
      .insertInto('finding')
      .values({
        cluster_id: 'c',
        id,
        first_seen_ms: fromMs,
        last_seen_ms: fromMs,
        closed_ms,
        outcome: 'warning',
        severity: 'warning',
        finding_json: JSON.stringify(finding(id)),
      })
      .execute();
  await seen('disk-full', weekAgo + 1_000, weekAgo + 100_000);
  await seen('disk-full', weekAgo + 500_000, weekAgo + 505_000);
  await seen('replica-lag', weekAgo + 1_000, null);
  const rule = (check: string) => ({
    name: 'x',
    holdMs: 10_000,
    source: { kind: 'finding', match: { check } },
  });
  expect((await dry(rule('disk-full'))).fired).toBe(1);
  expect(await dry(rule('*'))).toMatchObject({ fired: 2, firings: [{}, { to: null }] });
  expect((await dry(rule('keeper-gone'))).fired).toBe(0);
  expect((await call('GET', '/alerts?state=all')).data.alerts).toEqual([]);
});
