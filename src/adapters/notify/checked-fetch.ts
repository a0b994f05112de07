import type { LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import { type AddressPolicy, type CheckedAddress, checkAddresses } from './checked-address.ts';
import { DeliveryError } from './delivery-error.ts';

export interface FetchLimits {
  readonly timeoutMs: number;
  /** Most of an answer that is read. */
  readonly answerBytes: number;
}

export const defaultFetchLimits: FetchLimits = { timeoutMs: 10_000, answerBytes: 65_536 };

/** An answer, read as far as the limit goes. */
export interface CheckedAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  readonly body: string;
}

/**
 * POSTs to an address that was checked: the connection goes to the very addresses that the policy
 * has seen, and redirects are not followed. Throws a DeliveryError.
 */
export async function postChecked(
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  policy: AddressPolicy,
  { timeoutMs, answerBytes }: FetchLimits = defaultFetchLimits,
  signal?: AbortSignal,
): Promise<CheckedAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([timeout, signal]) : timeout;
  const target = new URL(url);
  const addresses = await withSignal(checkAddresses(target.hostname, policy), stop).catch(
    (error: unknown) => {
      throw describe(error, target, timeoutMs);
    },
  );
  const agent = new Agent({
    connect: { lookup: lookupIn(addresses), timeout: timeoutMs },
    pipelining: 0,
    maxHeaderSize: 16_384,
  });
  try {
    const response = await fetch(url, {
      ...request,
      method: 'POST',
      redirect: 'manual',
      dispatcher: agent,
      signal: stop,
    });
    const body = await readSome(response.body, answerBytes);
    const { status, statusText, headers } = response;
    if (status >= 300 && status < 400)
      throw new DeliveryError(
        `${target.host} answered ${status}, a redirect, which is not followed`,
        {
          retryable: false,
          hint: 'Enter the address that it leads to.',
        },
      );
    return { status, statusText, headers, body };
  } catch (error) {
    throw describe(error, target, timeoutMs);
  } finally {
    // The connection served this request alone; without waiting for it to fall idle.
    agent.destroy().catch(() => undefined);
  }
}

const lookupIn =
  (addresses: readonly CheckedAddress[]): LookupFunction =>
  (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error('no address'), '', 0);
  };

async function readSome(
  body: AsyncIterable<Uint8Array> | null,
  mostBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString();
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const give = () => reject(signal.reason);
  if (signal.aborted) give();
  signal.addEventListener('abort', give, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', give));
}

/** Says in which layer it failed. */
function describe(error: unknown, { host }: URL, timeoutMs: number): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError' || cause?.code === 'UND_ERR_CONNECT_TIMEOUT')
    return new DeliveryError(`${host} did not answer within ${timeoutMs} ms`, {
      retryable: true,
      hint: 'It may have got the message all the same; a message that is sent again has the same id.',
      cause: error,
    });
  if (name === 'AbortError')
    return new DeliveryError('sending was stopped', { retryable: true, cause: error });
  const code = cause?.code ?? (error as NodeJS.ErrnoException).code;
  const reason = cause?.message ?? (error as Error).message;
  const certificate = code !== undefined && /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code);
  return new DeliveryError(
    certificate
      ? `the certificate of ${host} is not accepted: ${reason}`
      : `${host} cannot be reached: ${reason}`,
    { retryable: true, cause: error },
  );
}
