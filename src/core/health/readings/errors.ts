import type { NodeView } from '../node-view.ts';
import { defineReading, number } from './reading-definition.ts';

/**
 * How often errors that show in no query happened since the server's start, an hour of it: no task
 * could be scheduled (439, 460), and logins failed (192, 193, 194, 516).
 */
export const errorCounts = defineReading({
  name: 'error_counts',
  tier: 'state',
  table: 'errors',
  columns: {
    code: number('code'),
    count: number('value', 'sum(value)'),
  },
  where: [
    { needs: ['code'], sql: 'code IN (192, 193, 194, 439, 460, 516)' },
    // What another server answered is counted there.
    { needs: ['remote'], sql: 'remote = 0' },
  ],
  groupBy: ['code'],
  keepSamples: 60,
  absent: 'Needs ClickHouse 20.11 or newer.',
});

/**
 * How often one of `codes` happened in the last `windowMs`; a count that shrank began anew with the
 * server. Undefined until there are two readings.
 */
export function errorGrowth(
  node: NodeView,
  codes: readonly number[],
  windowMs: number,
): number | undefined {
  const samples = node.history(errorCounts);
  const counts = samples
    .filter((sample, index) => {
      const next = samples[index + 1];
      return sample.atMs >= node.nowMs - windowMs || (next && next.atMs >= node.nowMs - windowMs);
    })
    .map((sample) => codes.map((code) => sample.rows.find((row) => row.code === code)?.count ?? 0));
  if (counts.length < 2) return undefined;
  let grown = 0;
  for (const [index, later] of counts.entries()) {
    const earlier = counts[index - 1];
    if (!earlier) continue;
    for (const [place, count] of later.entries())
      grown += count >= earlier[place]! ? count - earlier[place]! : count;
  }
  return grown;
}
