import { counterIncreases } from '../../../core/health/index.ts';
import type { FleetSample } from '../../../core/samples/encode-samples.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';

/** Beyond this, two samples say nothing of the time between them. */
const longestElapsedMs = 3_600_000;

/**
 * What a vitals sample adds to the one before of the same server. Without one, or after a long
 * silence, nothing is said of how counters grew.
 */
export function fleetSample(
  cluster: string,
  node: string,
  vitals: VitalsSample,
  before: VitalsSample | undefined,
): FleetSample {
  const elapsedMs = before ? vitals.atMs - before.atMs : 0;
  const comparable = elapsedMs > 0 && elapsedMs <= longestElapsedMs;
  const grown = comparable ? counterIncreases(before, vitals) : new Map<string, number>();
  return {
    cluster,
    node,
    hostName: vitals.hostName,
    atMs: vitals.atMs,
    startedMs: vitals.startedMs,
    elapsedMs: comparable ? elapsedMs : 0,
    gauges: vitals.gauges,
    increases: new Map([...grown].filter(([, increase]) => increase > 0)),
  };
}
