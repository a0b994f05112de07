import type { Position } from './shapes.ts';

/** A call that did not succeed: what happened, where in the query, and what to do next. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: string;
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly hint: string | undefined;
  readonly position: Position | undefined;

  constructor(init: {
    code: string;
    message: string;
    status: number;
    hint?: string | undefined;
    position?: Position | undefined;
    cause?: unknown;
  }) {
    super(init.message, { cause: init.cause });
    this.code = init.code;
    this.status = init.status;
    this.hint = init.hint;
    this.position = init.position;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

function positionOf(value: unknown): Position | undefined {
  if (!isObject(value)) return undefined;
  const { start, end } = value;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}

/** From the `error` of an answer. Anything unexpected still becomes a readable failure. */
export function failureOf(error: unknown, status: number): ApiFailure {
  const given = isObject(error) ? error : {};
  return new ApiFailure({
    code: text(given.code) ?? 'internal',
    message: text(given.message) ?? `The server answered ${status} without saying why.`,
    status,
    hint: text(given.hint) ?? fallbackHint(status),
    position: positionOf(given.position),
  });
}

function fallbackHint(status: number): string | undefined {
  if (status === 404)
    return 'Is this the address of Castellan? A proxy in between may change paths.';
  if (status >= 500) return 'Its log says more.';
  return undefined;
}

/** The request never got an answer: the server is gone, or the network is. */
export const unreachable = (cause: unknown): ApiFailure =>
  new ApiFailure({
    code: 'unreachable',
    message: 'Castellan does not answer.',
    hint: 'Check that it is running and that this machine can reach it.',
    status: 0,
    cause,
  });

/** Aborts are asked for, not failures. */
export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

/** Whatever was thrown, as a failure to show. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (error instanceof TypeError) return unreachable(error);
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure({ code: 'internal', message, status: 0, cause: error });
}
