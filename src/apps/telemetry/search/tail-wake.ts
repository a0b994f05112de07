import { setTimeout as pause } from 'node:timers/promises';
import type { SearchContext } from './search-context.ts';

/** Calls the listener after rows were stored; returns how to stop. */
export type StoredSignal = (listener: () => void) => () => void;

/** Inserts may come in quick succession; rows are read at most this often. */
const pauseMs = 100;

/** When a tail looks again: when rows were stored, and now and then in any case. */
export function planWake(
  context: SearchContext,
  onStored: StoredSignal | undefined,
  signal: AbortSignal,
) {
  let stored = false;
  let waiting: (() => void) | undefined;
  const wake = () => waiting?.();
  const stop = onStored?.(() => {
    stored = true;
    wake();
  });
  signal.addEventListener('abort', wake);
  return {
    async next(): Promise<void> {
      // A tail that is left stops waiting; that is no failure.
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      if (!stored && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting = resolve;
        const timer = setTimeout(resolve, context.limits.tailPollMs);
        await promise;
        clearTimeout(timer);
      }
      waiting = undefined;
      stored = false;
    },
    stop(): void {
      stop?.();
      signal.removeEventListener('abort', wake);
    },
  };
}
