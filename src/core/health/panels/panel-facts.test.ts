import { expect, test } from 'vitest';
import type { Reading, ReadingRow, VitalsSample } from '../../../model/fleet/reading.ts';
import { emptyMemory, rememberVitals } from '../memory/node-memory.ts';
import type { NodeObservation } from '../observation.ts';
import { gapReading } from '../readings/collect-statement.ts';
import { type KeptNode, settingDifferences } from './setting-differences.ts';
import { sizeSeries } from './table-size.ts';
import { whyNoSeries } from './why-no-series.ts';

const reading = (name: string, rows: readonly ReadingRow[]): Reading => ({
  name,
  atMs: 1,
  rows,
  missingColumns: [],
  truncated: false,
  sql: `SELECT ${name}`,
});

test('settings of a node that are not as on the others', () => {
  const node = (name: string, values: Record<string, string> | Reading): KeptNode => ({
    node: name,
    reading: (wanted) => {
      if (wanted !== 'merge_tree_settings') return undefined;
      if ('atMs' in values) return values as Reading;
      const rows = Object.entries(values).map(([key, value]) => ({ name: key, value }));
      return reading(wanted, rows);
    },
  });
  const check = (own: KeptNode, others: KeptNode[], expected: object) =>
    expect(settingDifferences(own, others)).toMatchObject(expected);
  const same = { parts_to_throw_insert: '300', old_parts_lifetime: '480' };
  const own = node('a', same);
  check(own, [], { rows: [], atMs: undefined });
  check(own, [node('b', same)], { rows: [], atMs: 1 });
  // Another version does not have every setting; a host's own names are meant to differ.
  check(own, [node('b', { parts_to_throw_insert: '300' })], { rows: [] });
  check(node('a', { interserver_http_host: 'x' }), [node('b', { interserver_http_host: 'y' })], {
    rows: [],
  });
  const other = { ...same, old_parts_lifetime: '60' };
  check(own, [node('b', other), node('c', same), node('d', other)], {
    rows: [
      { setting: 'old_parts_lifetime', kind: 'MergeTree', here: '480', elsewhere: '60 (b, d)' },
    ],
  });
  const denied = { reason: 'grant', detail: 'no', grant: 'GRANT' } as const;
  check(node('a', gapReading('merge_tree_settings', denied, 1)), [own], { rows: [], gap: denied });
});

test('the size of a table, back from now by what its parts grew', () => {
  const minute = 60_000;
  const nowMs = 100 * 5 * minute + 2 * minute;
  const at = (steps: number) => (nowMs - 2 * minute - steps * 5 * minute) / 1_000;
  const growth = reading('growth', [
    { stepAt: at(2), bytes: 30 },
    { stepAt: at(1), bytes: -10 },
    { stepAt: at(0), bytes: 5 },
  ]);
  const window = { fromMs: nowMs - 15 * minute, toMs: nowMs + 1 };
  const logSince = (startedAt: number) => reading('start', [{ startedAt, entries: 9 }]);
  const logStart = logSince(at(90));
  const check = (answer: Partial<Parameters<typeof sizeSeries>[0][number]>, expected: object) =>
    expect(
      sizeSeries(
        [{ node: 'a', growth, size: reading('size', [{ bytes: 100 }]), logStart, ...answer }],
        window,
        nowMs,
      ),
    ).toMatchObject(expected);
  check(
    {},
    {
      series: [
        {
          node: 'a',
          points: [
            [at(2) * 1_000, 75],
            [at(1) * 1_000, 105],
            [at(0) * 1_000, 95],
            [nowMs, 100],
          ],
        },
      ],
      sql: 'SELECT growth',
    },
  );
  // The log began when the table had been there for long.
  const late = [
    [at(0) * 1_000, 95],
    [nowMs, 100],
  ];
  check({ logStart: logSince(at(1)) }, { series: [{ points: [[at(1) * 1_000, 105], ...late] }] });
  check(
    { logStart: logSince(at(1) + 60) },
    { series: [{ points: [[at(1) * 1_000 + minute, 105], ...late] }] },
  );
  check({ logStart: undefined }, { series: [{ points: [[nowMs, 100]] }] });
  // More was removed than was ever logged: a size is never less than nothing.
  check(
    { size: reading('size', [{ bytes: 20 }]) },
    {
      series: [
        {
          points: [
            [at(2) * 1_000, 0],
            [at(1) * 1_000, 25],
            [at(0) * 1_000, 15],
            [nowMs, 20],
          ],
        },
      ],
    },
  );
  check({ size: reading('size', [{ bytes: 0 }]) }, { series: [], gap: { reason: 'none' } });
  check({ growth: { ...growth, truncated: true } }, { series: [], gap: { reason: 'none' } });
  const table = { reason: 'table', detail: 'no part_log' } as const;
  check(
    { growth: gapReading('growth', table, 1) },
    { series: [], gap: { reason: 'absent', detail: 'no part_log' } },
  );
  const failed = { reason: 'error', detail: 'too slow' } as const;
  check({ growth: gapReading('growth', failed, 1) }, { gap: { reason: 'failed' } });
  const grant = { reason: 'grant', detail: 'no right', grant: 'GRANT' } as const;
  check({ growth: gapReading('growth', grant, 1) }, { gap: grant });
});

test('why a chart is empty: no rights, not there, healthy, no data, nobody answers', () => {
  const sample: VitalsSample = {
    atMs: 1,
    startedMs: 0,
    hostName: 'a',
    version: '26.7',
    gauges: new Map([['Merge', 1]]),
    counters: new Map([['Query', 5]]),
  };
  const tables = (...names: string[]) => new Map(names.map((name) => [name, new Set<string>()]));
  const node = (more: Partial<NodeObservation> = {}): NodeObservation => ({
    node: { id: 'a:8123', host: 'a', port: 8_123, hostName: 'a', version: '26.7', online: true },
    memory: rememberVitals(emptyMemory([]), sample),
    capabilities: {
      version: '26.7',
      tables: new Map([
        ...tables('events', 'metrics'),
        ['metric_log', new Set(['ProfileEvent_DelayedInserts'])],
      ]),
      denied: new Map(),
      functions: new Set(),
    },
    ...more,
  });
  const check = (metric: string, nodes: NodeObservation[], reason: string, detail?: RegExp) => {
    const gap = whyNoSeries(metric, nodes);
    expect(gap.reason).toBe(reason);
    if (detail) expect(gap.detail).toMatch(detail);
    return gap;
  };
  check('rate:Query', [], 'pending');
  const unreachable = { layer: 'tcp', message: 'refused', sinceMs: 1, misses: 3 } as const;
  check('rate:Query', [node({ unreachable })], 'offline');
  const { capabilities: kept, ...unprobed } = node();
  check('rate:Query', [unprobed], 'pending');
  check('rate:Query', [node({ unreachable }), node()], 'none');
  check('gauge:Merge', [node()], 'none');
  check('gauge:Nothing', [node()], 'absent', /no metric Nothing/);
  check('rate:DelayedInserts', [node()], 'healthy');
  check('rate:Unheard', [node()], 'absent', /do not count Unheard/);
  // Without metric_log the counters of the oldest version are known to be there.
  check(
    'rate:FailedQuery',
    [node({ capabilities: { ...kept!, tables: tables('events') } })],
    'absent',
  );
  check(
    'rate:DelayedInserts',
    [node({ capabilities: { ...kept!, tables: tables('events') } })],
    'healthy',
  );
  const denied = { ...kept!, tables: tables('metrics'), denied: new Map([['events', 'GRANT it']]) };
  const none = { ...sample, counters: new Map<string, number>() };
  const blind = node({ capabilities: denied, memory: rememberVitals(emptyMemory([]), none) });
  expect(check('rate:Query', [blind], 'grant').grant).toBe('GRANT it');
});
