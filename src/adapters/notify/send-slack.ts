import { IncomingWebhook, IncomingWebhookHTTPError, type SlackWebhookError } from '@slack/webhook';
import type { NotificationMessage } from '../../core/alerting/index.ts';
import { answerFailure } from './answer-failure.ts';
import { type CheckedAnswer, postChecked } from './checked-fetch.ts';
import { DeliveryError } from './delivery-error.ts';
import type { SendOptions } from './send-message.ts';
import { renderSlackMessage } from './slack-message.ts';

/** Sends a message to an incoming webhook of Slack, or of what speaks like it. */
export async function sendSlack(
  url: string,
  message: NotificationMessage,
  options: SendOptions,
): Promise<void> {
  let answer: CheckedAnswer | undefined;
  let failure: unknown;
  const webhook = new IncomingWebhook(url, {
    fetch: async (target, init) => {
      try {
        answer = await postChecked(
          String(target),
          { headers: init?.headers ?? {}, body: String(init?.body) },
          options.addresses,
          options.limits,
          options.signal,
        );
      } catch (error) {
        failure = error;
        throw error;
      }
      return asResponse(answer, String(target));
    },
  });
  try {
    await webhook.send(renderSlackMessage(message));
  } catch (error) {
    if (failure instanceof DeliveryError) throw failure;
    if (error instanceof IncomingWebhookHTTPError && answer)
      throw answerFailure(new URL(url).host, answer, options.now());
    const { message: text } = error as SlackWebhookError;
    throw new DeliveryError(text, { retryable: true, cause: error });
  }
}

/** Our answer in the shape that the library reads. */
const asResponse = ({ status, statusText, headers, body }: CheckedAnswer, url: string) => ({
  ok: status >= 200 && status < 300,
  status,
  statusText,
  url,
  headers: { get: (name: string) => headers.get(name), entries: () => [] },
  arrayBuffer: async () => new TextEncoder().encode(body).buffer,
  json: async () => JSON.parse(body) as unknown,
  text: async () => body,
});
