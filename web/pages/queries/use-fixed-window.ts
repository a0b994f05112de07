import { useState } from 'react';
import { resolveRange, type TimeRange, type Window } from '../search/time-range.ts';

/** Viewers who ask within the same span of time share one answer. */
const sharedMs = 15_000;
const roundedNow = (): number => Math.ceil(Date.now() / sharedMs) * sharedMs;

/**
 * The window that a range meant when it was chosen. It moves on only when `refresh` is called,
 * which is false where it stands for the same window still.
 */
export function useFixedWindow(range: TimeRange): { window: Window; refresh(): boolean } {
  const [nowMs, setNowMs] = useState(roundedNow);
  return {
    window: resolveRange(range, nowMs),
    refresh() {
      const nextMs = roundedNow();
      setNowMs(nextMs);
      return range.kind === 'last' && nextMs !== nowMs;
    },
  };
}
