import type { VitalsSample } from '../../model/fleet/reading.ts';

/** What of the vitals says that parts are worth reading before their half hour is over. */
const gauges = [
  { name: 'MaxPartCountForPartition', share: 0.2, least: 20 },
  { name: 'TotalPartsOfMergeTreeTables', share: 0.2, least: 200 },
  { name: 'NumberOfDetachedParts', share: 0, least: 1 },
  { name: 'NumberOfTables', share: 0, least: 1 },
] as const;
const counters = ['DelayedInserts', 'RejectedInserts'] as const;

/** Parts are read no oftener than this for a reason. */
export const partsTriggerMs = 300_000;

/**
 * Why parts are to be read now, compared with the vitals at their last reading; undefined where
 * nothing moved.
 */
export function partsTrigger(
  lastRead: VitalsSample | undefined,
  now: VitalsSample,
): string | undefined {
  if (!lastRead || lastRead.hostName !== now.hostName) return undefined;
  for (const { name, share, least } of gauges) {
    const before = lastRead.gauges.get(name);
    const after = now.gauges.get(name);
    if (before === undefined || after === undefined) continue;
    const moved = Math.abs(after - before);
    if (moved >= least && moved >= before * share) return `${name} went from ${before} to ${after}`;
  }
  const grew = counters.find(
    (name) => (now.counters.get(name) ?? 0) > (lastRead.counters.get(name) ?? 0),
  );
  return grew && `${grew} grew`;
}
