import { measured, type NodeCheck, type Rule, unknown } from '../../check.ts';
import { percentText } from '../../wording.ts';

const windowMs = 3_600_000;

const rule = (severity: Rule['severity'], ratio: number): Rule => ({
  severity,
  all: [
    { value: 'hitRatio', is: 'below', than: ratio },
    { value: 'lookups', is: 'at least', than: 10_000 },
  ],
  source: 'Altinity/Skills (caches): below 0.7, 0.5 and 0.3; at least 10,000 look-ups: guideline',
  message: ({ values }) =>
    `${percentText(Number(values.hitRatio))} of ${values.lookups} look-ups of the last hour were found in the mark cache.`,
});

/** How often the marks that a query needs are in memory already. */
export const markCache: NodeCheck = {
  id: 'mark-cache',
  number: 75,
  title: 'The mark cache is too small',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  graceMs: windowMs,
  needs: [],
  series: ['MarkCacheHits', 'MarkCacheMisses'],
  measure(node) {
    const hits = node.increase('MarkCacheHits', windowMs);
    const misses = node.increase('MarkCacheMisses', windowMs);
    if (hits === undefined || misses === undefined)
      return unknown('There are no counts of the mark cache for the last hour yet.');
    const lookups = hits + misses;
    return measured([{ subject: {}, values: { lookups, hitRatio: hits / Math.max(1, lookups) } }]);
  },
  rules: [rule('high', 0.3), rule('warning', 0.5), rule('info', 0.7)],
  explanation:
    'Marks say where in a file a range of rows begins. Each one that is not in memory is read from the disk before the rows are.',
  causes: [
    'mark_cache_size is small for the data that is read',
    'Queries that read very many columns or parts',
    'Very many small parts',
  ],
  fix: () => ({
    sql: "SELECT metric, formatReadableSize(value) AS size FROM system.asynchronous_metrics WHERE metric IN ('MarkCacheBytes', 'MemoryResident', 'OSMemoryTotal')",
    risk: 'safe',
    note: 'Shows how large the cache is. Raise mark_cache_size in the server’s configuration, if memory allows.',
  }),
  proof: { kind: 'fault' },
};
