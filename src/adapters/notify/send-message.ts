import type { NotificationMessage } from '../../core/alerting/index.ts';
import type { ChannelBody } from '../../model/alert/channel-api.ts';
import type { AddressPolicy } from './checked-address.ts';
import type { FetchLimits } from './checked-fetch.ts';
import { sendEmail } from './send-email.ts';
import { sendSlack } from './send-slack.ts';
import { sendWebhook } from './send-webhook.ts';

export interface SendOptions {
  readonly addresses: AddressPolicy;
  readonly limits: FetchLimits;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** Sends a message to a channel once. Throws a DeliveryError. */
export function sendMessage(
  channel: ChannelBody,
  message: NotificationMessage,
  options: SendOptions,
): Promise<void> {
  switch (channel.kind) {
    case 'slack':
      return sendSlack(channel.url, message, options);
    case 'webhook':
      return sendWebhook(channel, message, options);
    case 'email':
      return sendEmail(channel, message, options);
  }
}
