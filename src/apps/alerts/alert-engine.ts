import type { State } from '../../adapters/state/index.ts';
import type { Logger } from '../../base/log.ts';
import {
  type AlertingState,
  type AlertRecord,
  acknowledge,
  advance,
  describeNotification,
  emptyAlerting,
  isAtLeast,
  type Notification,
  type Observation,
  type Quiet,
} from '../../core/alerting/index.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import type { AlertStore } from './store/alert-store.ts';
import type { ChannelStore } from './store/channel-store.ts';
import type { DeliveryStore } from './store/delivery-store.ts';

export interface EngineOptions {
  readonly alerts: AlertStore;
  readonly channels: ChannelStore;
  readonly deliveries: DeliveryStore;
  /** What holds at a time: silences and maintenance windows. */
  readonly quietsAt: (atMs: number) => Promise<readonly Quiet[]>;
  /** Where people reach the page, without a slash at its end. */
  readonly publicUrl: () => string;
  readonly digestFrom: number;
  readonly now: () => number;
  readonly log: Logger;
  /** Something waits to be sent. */
  readonly onWaiting: () => void;
}

/**
 * The state machine with its memory: one step at a time, each written together with the messages
 * that it makes before the next begins.
 */
export class AlertEngine {
  readonly #options: EngineOptions;
  #state: AlertingState = emptyAlerting;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Goes on from what was written last. */
  async load(): Promise<void> {
    this.#state = await this.#options.alerts.load();
  }

  get active(): readonly AlertRecord[] {
    return this.#state.alerts.filter((alert) => alert.state !== 'resolved');
  }

  /** One step. `late`: of a moment that was missed. */
  step(observations: readonly Observation[], atMs: number, late = false): Promise<void> {
    return this.#inTurn(async () => {
      const { digestFrom, quietsAt, now } = this.#options;
      // A rule looks at a moment that is over; whether people may be told is a matter of the present.
      const quiets = await quietsAt(late ? atMs : Math.max(atMs, now()));
      const next = advance(this.#state, observations, quiets, atMs, { late, digestFrom });
      await this.#write(next.state, next.notifications);
    });
  }

  /** Throws a RequestFailure. */
  acknowledge(id: string, who: { by: string; note?: string }, atMs: number): Promise<AlertRecord> {
    return this.#inTurn(async () => {
      const done = acknowledge(this.#state, id, who, atMs);
      if (done.ok) {
        await this.#write(done.value, []);
        return this.#state.alerts.find((alert) => alert.id === id)!;
      }
      const known = await this.#options.alerts.get(id);
      if (known)
        throw new RequestFailure(
          'conflict',
          known.state === 'pending' ? 'the alert does not fire yet' : 'the alert is over',
        );
      throw new RequestFailure('not_found', `there is no alert ${id}`, {
        hint: 'GET /api/v1/alerts lists them.',
      });
    });
  }

  /** Resolves when every step that was asked for is written. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #write(state: AlertingState, notifications: readonly Notification[]): Promise<void> {
    const { alerts } = this.#options;
    await alerts.save(this.#state, state, (db) => this.#enqueue(db, notifications));
    this.#state = state;
    if (notifications.length > 0) this.#options.onWaiting();
  }

  async #enqueue(db: State, notifications: readonly Notification[]): Promise<void> {
    if (notifications.length === 0) return;
    const { channels, deliveries, publicUrl, log } = this.#options;
    const addressees = await channels.addressees(db);
    for (const notification of notifications) {
      const message = describeNotification(notification, publicUrl());
      const wanted = addressees.filter(
        ({ id, minSeverity }) =>
          (notification.channels.length === 0 || notification.channels.includes(id)) &&
          notification.alerts.some(({ severity, told }) =>
            [severity, told?.severity ?? severity].some((each) => isAtLeast(each, minSeverity)),
          ),
      );
      for (const channel of wanted) await deliveries.add(db, channel, message);
      log.info('alert_notification', {
        id: message.id,
        kind: message.kind,
        title: message.title,
        severity: message.severity,
        alerts: message.alertCount,
        channels: wanted.length,
      });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
