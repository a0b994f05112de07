import {
  ExponentialBackoff,
  handleWhen,
  type IBackoff,
  type IBackoffFactory,
  retry,
} from 'cockatiel';
import { DeliveryError } from './delivery-error.ts';

export interface RetryLimits {
  /** Attempts in all. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly mostMs: number;
}

export const defaultRetryLimits: RetryLimits = {
  attempts: 20,
  firstMs: 1_000,
  mostMs: 600_000,
};

type Failed = { readonly result: { readonly error: Error } | { readonly value: unknown } };

/** Exponential with jitter, and never sooner than the other side asks for. */
const patient = (inner: IBackoffFactory<unknown>): IBackoffFactory<Failed> => ({
  next({ result }) {
    const planned: IBackoff<unknown> = inner.next(undefined);
    const error = 'error' in result ? result.error : undefined;
    const asked = error instanceof DeliveryError ? error.retryAfterMs : undefined;
    return {
      duration: Math.max(planned.duration, asked ?? 0),
      next: (context) => patient(planned).next(context),
    };
  },
});

/**
 * Runs `attempt` until it succeeds, fails for good, or there were enough attempts; then it throws
 * the last error. `onFailure` hears of each failed attempt and when the next one comes.
 */
export async function deliver(
  attempt: (signal: AbortSignal) => Promise<void>,
  { attempts, firstMs, mostMs }: RetryLimits,
  signal: AbortSignal,
  onFailure: (error: unknown, waitMs: number) => void,
): Promise<void> {
  const policy = retry(
    handleWhen((error) => error instanceof DeliveryError && error.retryable && !signal.aborted),
    {
      maxAttempts: Math.max(0, attempts - 1),
      backoff: patient(new ExponentialBackoff({ initialDelay: firstMs, maxDelay: mostMs })),
    },
  ).dangerouslyUnref();
  policy.onRetry((event) => onFailure('error' in event ? event.error : undefined, event.delay));
  await untilAborted(
    policy.execute(({ signal: stop }) => attempt(stop), signal),
    signal,
  );
}

/** The policy's pauses know nothing of the signal. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stopped = () =>
    reject(new DeliveryError('sending was stopped', { retryable: true, cause: signal.reason }));
  if (signal.aborted) stopped();
  signal.addEventListener('abort', stopped, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stopped);
  }
}
