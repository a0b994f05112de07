import { ApiError, type ErrorCode } from '../../model/api/envelope.ts';
import { CommandFailure } from './command-failure.ts';
import { type ExitCode, exitCode } from './exit-code.ts';

/** A running server, as the commands call it. */
export interface ApiClient {
  readonly url: string;
  /** Sends a request, gives `{data, meta}`. Throws a CommandFailure. */
  call<T, M = unknown>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<{ data: T; meta: M }>;
  /** The same for answers that stream. */
  open(method: string, path: string, options: StreamRequest): Promise<Response>;
}

interface StreamRequest {
  readonly accept: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const codes: Partial<Record<ErrorCode, ExitCode>> = {
  invalid_query: exitCode.invalidQuery,
  unauthenticated: exitCode.unauthorised,
  forbidden: exitCode.unauthorised,
  store_unavailable: exitCode.unreachable,
  unavailable: exitCode.unreachable,
};

/** The `error` of an answer as a CommandFailure. */
export function failureOf(error: unknown): CommandFailure {
  const parsed = ApiError.safeParse(error);
  if (!parsed.success)
    return new CommandFailure(exitCode.failure, 'the server answered something unexpected', {
      cause: error,
    });
  const { code, message, hint, position } = parsed.data;
  const signIn =
    'Make a token on the page (Access) or with castellan tokens create, and set CASTELLAN_TOKEN to it.';
  return new CommandFailure(codes[code] ?? exitCode.failure, message, {
    hint: code === 'unauthenticated' ? signIn : hint,
    position,
  });
}

/** A client for the server at `url`. */
export function createApiClient(url: string, token: string | undefined): ApiClient {
  const root = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const send = async (method: string, path: string, request: StreamRequest): Promise<Response> => {
    const { accept, body, headers, signal } = request;
    let response: Response;
    try {
      response = await fetch(`${root}/api/v1${path}`, {
        method,
        signal,
        redirect: 'manual',
        headers: {
          accept,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal.aborted) throw error;
      throw unreachable(root, error);
    }
    if (!response.ok) throw await failedAnswer(root, response);
    return response;
  };
  return {
    url: root,
    async call<T, M>(method: string, path: string, body?: unknown, signal?: AbortSignal) {
      const response = await send(method, path, {
        accept: 'application/json',
        body,
        signal: signal ?? new AbortController().signal,
      });
      return (await readJson(root, response)) as { data: T; meta: M };
    },
    open: send,
  };
}

function unreachable(url: string, error: unknown): CommandFailure {
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  return new CommandFailure(
    exitCode.unreachable,
    `no Castellan answers at ${url} (${cause?.code ?? cause?.message ?? error})`,
    {
      hint: 'Start one with castellan up, or say where it is with --url or CASTELLAN_URL.',
      cause: error,
    },
  );
}

async function failedAnswer(url: string, response: Response): Promise<CommandFailure> {
  const body = (await readJson(url, response)) as { error?: unknown } | null;
  return failureOf(body?.error);
}

async function readJson(url: string, response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandFailure(
      exitCode.unreachable,
      `what answers at ${url} is not Castellan (status ${response.status})`,
      { hint: 'Give the address of its page with --url or CASTELLAN_URL.', cause },
    );
  }
}
