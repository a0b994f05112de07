/** A message that could not be delivered; what to do about it is in the hint. */
export class DeliveryError extends Error {
  /** Trying again later can help. */
  readonly retryable: boolean;
  readonly hint: string | undefined;
  /** How long the other side asks us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    more: { retryable: boolean; hint?: string; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, { cause: more.cause });
    this.name = 'DeliveryError';
    this.retryable = more.retryable;
    this.hint = more.hint;
    this.retryAfterMs = more.retryAfterMs;
  }
}

const mostRetryAfterMs = 3_600_000;

/** `Retry-After` in seconds or as a date; at most an hour. */
export function parseRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), mostRetryAfterMs) : undefined;
}
