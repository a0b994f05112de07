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
      await sleep(pauseMs, signal);
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

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(done, ms);
  signal.addEventListener('abort', done);
  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  }
  return promise;
}
