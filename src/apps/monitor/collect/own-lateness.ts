import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 20;

/**
 * For how long this process kept things waiting, because it was busy or was not given a processor.
 * Begins with the first question.
 */
let loop: ReturnType<typeof monitorEventLoopDelay> | undefined;

/** Milliseconds since the first question; the difference of two is the lateness between them. */
export function ownLatenessMs(): number {
  if (!loop) {
    loop = monitorEventLoopDelay({ resolution: resolutionMs });
    loop.enable();
  }
  if (loop.count === 0) return 0;
  return Math.max(0, loop.count * (loop.mean / 1e6 - resolutionMs));
}
