import createClient from 'openapi-fetch';
import { ApiFailure, failureOf, isAbort, unreachable } from './failure.ts';
import type { paths } from './schema.d.ts';

/** The path that the page and its API live under, with a slash at the end. */
export const basePath = new URL('.', document.baseURI).pathname;

/** The API, typed by its own description: `npm run api` generates `schema.d.ts`. */
export const client = createClient<paths>({
  baseUrl: `${window.location.origin}${basePath.slice(0, -1)}`,
  credentials: 'same-origin',
});

/** Called when the server no longer knows who asks, so that the page can ask for the password. */
let onUnauthenticated: () => void = () => undefined;
export const setUnauthenticatedHandler = (handler: () => void): void => {
  onUnauthenticated = handler;
};

interface Answer<T, M = unknown> {
  readonly data?: { readonly data: T; readonly meta?: M };
  readonly error?: unknown;
  readonly response: Response;
}

/** The `data` of an answer. What is not a success throws `ApiFailure`; aborts pass through. */
export async function dataOf<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await settle(asked);
  if (!response.ok) throw refusal(error, response.status);
  if (data === undefined || !('data' in data)) throw foreignAnswer(response.status);
  return data.data;
}

/** The same with the `meta` beside it: where the next page begins, and the like. */
export async function answerOf<T, M>(
  asked: Promise<Answer<T, M>>,
): Promise<{ readonly data: T; readonly meta: M }> {
  let meta: M | undefined;
  const data = await dataOf(
    asked.then((answer) => {
      meta = answer.data?.meta;
      return answer;
    }),
  );
  if (meta === undefined) throw foreignAnswer(200);
  return { data, meta };
}

async function settle<T>(asked: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await asked;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw error instanceof SyntaxError ? foreignAnswer(200, error) : unreachable(error);
  }
}

/** A failed call's `{data: null, meta, error}` as what to show. */
function refusal(envelope: unknown, status: number): ApiFailure {
  if (status === 401) onUnauthenticated();
  const inner = typeof envelope === 'object' && envelope !== null && 'error' in envelope;
  return failureOf(inner ? envelope.error : undefined, status);
}

const foreignAnswer = (status: number, cause?: unknown): ApiFailure =>
  new ApiFailure({
    code: 'internal',
    message: 'What answered is not Castellan.',
    hint: 'A proxy in between may answer in its place.',
    status,
    cause,
  });

/** For answers that stream: the response itself, once it is known to be a success. */
export async function openStream(path: string, init: RequestInit): Promise<Response> {
  const asked = fetch(`${basePath}api/v1${path}`, { credentials: 'same-origin', ...init });
  const { response } = await settle(asked.then((response) => ({ response })));
  if (response.ok) return response;
  const text = await response.text();
  throw refusal(parseOrNothing(text), response.status);
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not our JSON: a proxy's page, most likely. The status then says what can be said.
    return undefined;
  }
}
