import { createHmac } from 'node:crypto';
import type { NotificationMessage } from '../../core/alerting/index.ts';
import { answerFailure } from './answer-failure.ts';
import { postChecked } from './checked-fetch.ts';
import type { SendOptions } from './send-message.ts';
import { fillTemplate } from './webhook-template.ts';

export interface WebhookTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signingKey?: string | undefined;
  readonly template?: string | undefined;
}

/**
 * HMAC-SHA256, hex, of `timestamp.body`. The receiver computes the same and refuses timestamps that
 * are more than a few minutes old, so that a message cannot be replayed.
 */
const signBody = (key: string, timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;

/** Sends a message to a webhook. Throws a DeliveryError. */
export async function sendWebhook(
  target: WebhookTarget,
  message: NotificationMessage,
  options: SendOptions,
): Promise<void> {
  const body =
    target.template === undefined
      ? JSON.stringify(message)
      : fillTemplate(target.template, message);
  const timestamp = String(Math.floor(options.now() / 1_000));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'castellan',
    ...lowerCased(target.headers),
    'x-castellan-delivery': message.id,
    ...(target.signingKey === undefined
      ? {}
      : {
          'x-castellan-timestamp': timestamp,
          'x-castellan-signature': signBody(target.signingKey, timestamp, body),
        }),
  };
  const request = { headers, body };
  const answer = await postChecked(
    target.url,
    request,
    options.addresses,
    options.limits,
    options.signal,
  );
  if (answer.status < 200 || answer.status >= 300)
    throw answerFailure(new URL(target.url).host, answer, options.now());
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
