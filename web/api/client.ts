import { ApiFailure, failureOf, isAbort, unreachable } from './failure.ts';

/** The path that the page and its API live under, with a slash at the end. */
export const basePath = new URL('.', document.baseURI).pathname;
const apiUrl = (path: string): string => `${basePath}api/v1${path}`;

/** Called when the server no longer knows who asks, so that the page can ask for the password. */
let onUnauthenticated: () => void = () => undefined;
export const setUnauthenticatedHandler = (handler: () => void): void => {
  onUnauthenticated = handler;
};

/**
 * A request; answers that are not a success throw `ApiFailure`, but for `expected` statuses. Aborts
 * pass through.
 */
export async function send(
  path: string,
  init: RequestInit,
  expected: readonly number[] = [],
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path), { credentials: 'same-origin', ...init });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unreachable(error);
  }
  if (response.ok || expected.includes(response.status)) return response;
  if (response.status === 401) onUnauthenticated();
  throw failureOf(await errorOf(response), response.status);
}

async function errorOf(response: Response): Promise<unknown> {
  const body = await response.text();
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : null;
  } catch {
    // Not our JSON: a proxy's page, most likely. `failureOf` then speaks from the status alone.
    return null;
  }
}

/** JSON in, the `data` of the envelope out. */
export async function call<T>(
  method: string,
  path: string,
  options: { body?: unknown; signal?: AbortSignal; expected?: readonly number[] } = {},
): Promise<T> {
  const init = {
    method,
    ...(options.body === undefined
      ? {}
      : { body: JSON.stringify(options.body), headers: { 'content-type': 'application/json' } }),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const response = await send(path, init, options.expected);
  const envelope = (await response.json()) as { data: T } | null;
  if (envelope === null || !('data' in envelope)) {
    throw new ApiFailure({
      code: 'internal',
      message: `${path} answered something else than Castellan's JSON.`,
      hint: 'A proxy in between may answer in its place.',
      status: response.status,
    });
  }
  return envelope.data;
}
