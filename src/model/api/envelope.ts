import { z } from 'zod';

/** Half-open range in UTF-16 units of the query text. */
export const Position = z.object({ start: z.int().min(0), end: z.int().min(0) });
export type Position = z.infer<typeof Position>;

/** The closed set of error codes of the API; each maps to one HTTP status. */
export const errorStatus = {
  invalid_request: 400,
  invalid_query: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  limit_exceeded: 422,
  rate_limited: 429,
  internal: 500,
  store_unavailable: 503,
  unavailable: 503,
  timeout: 504,
} as const;
export type ErrorCode = keyof typeof errorStatus;

export const ApiError = z.object({
  code: z.enum(Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  hint: z.string().optional(),
  position: Position.optional(),
  details: z.unknown().optional(),
});
export type ApiError = z.infer<typeof ApiError>;

/** Every JSON answer below /api/v1: `error` is null on success, `data` is null on failure. */
export const envelope = <D extends z.ZodType, M extends z.ZodType>(data: D, meta: M) =>
  z.object({ data, meta, error: z.null() });

export const failure = z.object({ data: z.null(), meta: z.object({}), error: ApiError });

/** A successful answer. */
export const answer = <D, M extends object = Record<string, never>>(data: D, meta?: M) => ({
  data,
  meta: meta ?? ({} as M),
  error: null,
});

/** RFC 3339 or epoch milliseconds. */
export const TimeInput = z.union([z.string(), z.number()]);
