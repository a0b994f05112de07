import {
  type AddressPolicy,
  DeliveryError,
  deliver,
  type FetchLimits,
  type RetryLimits,
  sendMessage,
} from '../../../adapters/notify/index.ts';
import type { Logger } from '../../../base/log.ts';
import type { NotificationMessage } from '../../../core/alerting/index.ts';
import type { AlertCounts } from '../alert-counts.ts';
import type { ChannelStore, OpenChannel } from '../store/channel-store.ts';
import type { DeliveryRow, DeliveryStore } from '../store/delivery-store.ts';

export interface DeliveryOptions {
  readonly deliveries: DeliveryStore;
  readonly channels: ChannelStore;
  readonly counts: Pick<AlertCounts, 'sent' | 'failed'>;
  readonly addresses: AddressPolicy;
  readonly limits: FetchLimits;
  readonly retry: RetryLimits;
  readonly now: () => number;
  readonly log: Logger;
}

/** Channels of the operator's own may lead anywhere. */
const anywhere: AddressPolicy = { allowed: ['any'] };

/** Sends what waits: each channel in order, channels beside each other. */
export class DeliveryWorker {
  readonly #options: DeliveryOptions;
  readonly #stop = new AbortController();
  readonly #lanes = new Map<string, Promise<void>>();
  /** Channels that got something new while their lane was about to end. */
  readonly #again = new Set<string>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Looks for what waits. */
  async wake(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    for (const id of await this.#options.deliveries.channelsWaiting()) {
      this.#again.add(id);
      if (!this.#lanes.has(id)) this.#lanes.set(id, this.#run(id));
    }
  }

  /** Sends one message now, once. Throws a DeliveryError. */
  async sendNow(channel: OpenChannel, message: NotificationMessage, signal?: AbortSignal) {
    const { addresses, limits, now } = this.#options;
    await sendMessage(channel.body, message, {
      addresses: channel.origin === 'environment' ? anywhere : addresses,
      limits,
      now,
      ...(signal ? { signal } : {}),
    });
  }

  /** Ends what is being sent; it is sent again after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#lanes.values());
  }

  async #run(id: string): Promise<void> {
    const { deliveries, log } = this.#options;
    try {
      while (this.#again.delete(id))
        for (let row = await deliveries.next(id); row; row = await deliveries.next(id)) {
          if (this.#stop.signal.aborted) return;
          await this.#deliver(row);
        }
    } catch (error) {
      if (!this.#stop.signal.aborted) log.error('delivery_stopped', { channel: id, error });
    } finally {
      this.#lanes.delete(id);
    }
  }

  async #deliver(row: DeliveryRow): Promise<void> {
    const { deliveries, counts, retry, log, now } = this.#options;
    const { signal } = this.#stop;
    let attempts = row.attempts;
    const attempt = async (stop: AbortSignal) => {
      attempts += 1;
      await this.sendNow(await this.#channel(row), JSON.parse(row.message_json), stop);
    };
    let noted = Promise.resolve();
    const limits = { ...retry, attempts: Math.max(1, retry.attempts - row.attempts) };
    try {
      await deliver(attempt, limits, signal, (error, waitMs) => {
        const message = textOf(error);
        log.warn('delivery_failed', { delivery: row.id, attempts, waitMs, detail: message });
        const nextMs = Math.ceil(now() + waitMs);
        noted = noted
          .then(() => deliveries.failedOnce(row.id, attempts, message, nextMs))
          .catch((failed: unknown) => log.error('delivery_not_noted', { error: failed }));
      });
      await noted;
      await deliveries.finished(row.id, attempts);
      counts.sent.add(row.channel_name);
      log.info('notification_sent', { delivery: row.id, attempts });
    } catch (error) {
      await noted;
      if (signal.aborted) return;
      await deliveries.finished(row.id, attempts, textOf(error));
      counts.failed.add(row.channel_name);
      log.error('notification_failed', { delivery: row.id, attempts, detail: textOf(error) });
    }
  }

  /** Throws a DeliveryError where the channel is gone, off, or its secrets cannot be opened. */
  async #channel(row: DeliveryRow): Promise<OpenChannel> {
    let channel: OpenChannel;
    try {
      channel = await this.#options.channels.open(row.channel_id);
    } catch (cause) {
      throw new DeliveryError((cause as Error).message, { retryable: false, cause });
    }
    if (channel.body.enabled) return channel;
    throw new DeliveryError('the channel was disabled', { retryable: false });
  }
}

/** What went wrong and what to do, on one line. */
export const textOf = (error: unknown): string =>
  error instanceof DeliveryError && error.hint !== undefined
    ? `${error.message}. ${error.hint}`
    : (error as Error).message;
