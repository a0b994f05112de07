import { counterIncreases } from '../../../core/health/index.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';

/** Queries a second between two samples of a server; undefined where it does not count them. */
export function queryRate(
  before: VitalsSample | undefined,
  after: VitalsSample,
): number | undefined {
  if (!before || after.atMs <= before.atMs) return undefined;
  const queries = counterIncreases(before, after).get('Query');
  return queries === undefined ? undefined : (queries * 1_000) / (after.atMs - before.atMs);
}
