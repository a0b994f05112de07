/** Misses in a row before a node is asked less often: until then its loss is still being judged. */
const patientMisses = 3;
const longestRetryMs = 60_000;
const longestPauseMs = 3_600_000;

/** How long to wait before a node that missed `misses` times in a row is asked again. */
export function retryMs(cadenceMs: number, misses: number): number {
  const doublings = Math.max(0, misses - patientMisses);
  return Math.max(cadenceMs, Math.min(cadenceMs * 2 ** Math.min(doublings, 20), longestRetryMs));
}

/** A reading that failed is left out for a while, longer each time, at most an hour. */
export function pauseMs(cadenceMs: number, failures: number): number {
  return Math.max(cadenceMs, Math.min(cadenceMs * 2 ** Math.min(failures, 20), longestPauseMs));
}

/** A fixed place within `periodMs` for a name, so that nodes are not all asked at one moment. */
export function phaseMs(name: string, periodMs: number): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < name.length; at++)
    hash = Math.imul(hash ^ name.charCodeAt(at), 16_777_619) >>> 0;
  return hash % Math.max(1, Math.floor(periodMs));
}
