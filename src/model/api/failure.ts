import type { ApiError, ErrorCode } from './envelope.ts';

/**
 * A request that cannot be answered, with what the caller is told. Thrown inside route handlers;
 * the HTTP front turns it into the error envelope with `errorStatus[code]`.
 */
export class RequestFailure extends Error {
  readonly code: ErrorCode;
  readonly more: Omit<ApiError, 'code' | 'message'>;
  /** Seconds for a Retry-After header, where waiting helps. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: Omit<ApiError, 'code' | 'message'> & { cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    const { cause, retryAfterSeconds, ...rest } = more;
    super(message, { cause });
    this.name = 'RequestFailure';
    this.code = code;
    this.more = rest;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
