import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import { resolveRange, type TimeRange, type Window } from '../search/time-range.ts';

/** Samples are that far apart: a window that slides oftener shows nothing new. */
const stepMs = 15_000;

const roundedNow = (): number => Math.floor(Date.now() / stepMs) * stepMs;

/** The window that a range means now. One that ends now moves on by itself. */
export function useWindow(range: TimeRange): Window {
  const [nowMs, setNowMs] = useState(roundedNow);
  useInterval(() => setNowMs(roundedNow()), stepMs, { autoInvoke: true });
  return resolveRange(range, nowMs);
}
