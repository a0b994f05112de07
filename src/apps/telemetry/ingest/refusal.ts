/** Codes of google.rpc.Code and gRPC, those that the receivers answer with. */
const grpcCode = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/**
 * Why a request was refused: the closed set, with what each is on both protocols. By the OTLP
 * specification clients try again after 429 and 503, and after UNAVAILABLE, DEADLINE_EXCEEDED and
 * RESOURCE_EXHAUSTED with a RetryInfo; everything else here is final for them.
 */
export const refusalCodes = {
  malformed: { http: 400, grpc: grpcCode.invalidArgument },
  unauthenticated: { http: 401, grpc: grpcCode.unauthenticated },
  foreign_host: { http: 403, grpc: grpcCode.permissionDenied },
  unknown_path: { http: 404, grpc: grpcCode.unimplemented },
  wrong_method: { http: 405, grpc: grpcCode.unimplemented },
  too_slow: { http: 408, grpc: grpcCode.deadlineExceeded },
  too_large: { http: 413, grpc: grpcCode.resourceExhausted },
  unsupported_type: { http: 415, grpc: grpcCode.invalidArgument },
  unsupported_coding: { http: 415, grpc: grpcCode.unimplemented },
  bad_framing: { http: 400, grpc: grpcCode.internal },
  headers_too_large: { http: 431, grpc: grpcCode.resourceExhausted },
  rate_limited: { http: 429, grpc: grpcCode.resourceExhausted },
  overloaded: { http: 503, grpc: grpcCode.unavailable },
  spool_full: { http: 503, grpc: grpcCode.unavailable },
  disk_low: { http: 503, grpc: grpcCode.unavailable },
  spool_failed: { http: 503, grpc: grpcCode.unavailable },
  draining: { http: 503, grpc: grpcCode.unavailable },
  internal: { http: 503, grpc: grpcCode.unavailable },
} as const;

export type RefusalReason = keyof typeof refusalCodes;

/** A request that was not taken. `retryAfterMs` is there exactly where trying again helps. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** What was wrong and what to do; goes to the client. */
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** A refusal that the same request would meet again. */
export const refuse = (reason: RefusalReason, message: string): Refusal => ({ reason, message });

/** A refusal that passes. */
export const refuseForNow = (
  reason: RefusalReason,
  message: string,
  retryAfterMs: number,
): Refusal => ({ reason, message, retryAfterMs });
