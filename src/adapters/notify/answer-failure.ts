import type { CheckedAnswer } from './checked-fetch.ts';
import { DeliveryError, parseRetryAfterMs } from './delivery-error.ts';

/** Why an answer that is no success is none. 408, 425, 429 and 5xx may pass; others will not. */
export function answerFailure(host: string, answer: CheckedAnswer, nowMs: number): DeliveryError {
  const { status, statusText, body, headers } = answer;
  const said = body.replace(/\s+/g, ' ').trim().slice(0, 200);
  const retryAfterMs = parseRetryAfterMs(headers.get('retry-after'), nowMs);
  return new DeliveryError(
    `${host} answered ${status}${statusText ? ` ${statusText}` : ''}${said ? `: ${said}` : ''}`,
    {
      retryable: status >= 500 || status === 408 || status === 425 || status === 429,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}
