import type { Selectable } from 'kysely';
import type { State } from '../../../adapters/state/index.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import type { NotificationMessage } from '../../../core/alerting/index.ts';
import type { Delivery } from '../../../model/alert/channel-api.ts';
import type { Tally } from '../alert-counts.ts';
import { iso, isoOrNull } from './iso.ts';

export type DeliveryRow = Selectable<StateTables['alert_delivery']>;

/** The channel that a message goes to. */
export interface Addressee {
  readonly id: string;
  readonly name: string;
}

/** Messages that wait, and the log of those that were sent. */
export class DeliveryStore {
  readonly #state: State;
  readonly #mostWaiting: number;
  readonly #now: () => number;
  readonly #failed: Tally;

  /** `failed`: where messages are counted that there was no room for. */
  constructor(state: State, mostWaiting: number, now: () => number, failed: Tally) {
    this.#state = state;
    this.#mostWaiting = mostWaiting;
    this.#now = now;
    this.#failed = failed;
  }

  /** Adds a message for a channel, within the caller's transaction. Adding it twice adds it once. */
  async add(db: State, channel: Addressee, message: NotificationMessage): Promise<void> {
    const { count } = await db
      .selectFrom('alert_delivery')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('state', '=', 'waiting')
      .where('channel_id', '=', channel.id)
      .executeTakeFirstOrThrow();
    const full = count >= this.#mostWaiting;
    if (full) this.#failed.add(channel.name);
    await db
      .insertInto('alert_delivery')
      .values({
        ...rowOf(channel, message, this.#now()),
        ...(full
          ? {
              state: 'failed' as const,
              message_json: '',
              error: `${count} messages wait for this channel, the limit (ALERT_QUEUE)`,
            }
          : {}),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  /** Notes a test, which is sent at once and not kept to be sent again. */
  async addTest(channel: Addressee, message: NotificationMessage, error?: string): Promise<void> {
    const nowMs = this.#now();
    await this.#state
      .insertInto('alert_delivery')
      .values({
        ...rowOf(channel, message, nowMs),
        message_json: '',
        state: error === undefined ? 'sent' : 'failed',
        attempts: 1,
        attempted_ms: nowMs,
        error: error ?? null,
      })
      .execute();
  }

  /** How many messages wait, by the channel's name. */
  waiting(): Promise<{ channel: string; count: number }[]> {
    return this.#state
      .selectFrom('alert_delivery')
      .select((select) => ['channel_name as channel', select.fn.countAll<number>().as('count')])
      .where('state', '=', 'waiting')
      .groupBy('channel_name')
      .execute();
  }

  /** Channels that something waits for. */
  async channelsWaiting(): Promise<string[]> {
    const rows = await this.#state
      .selectFrom('alert_delivery')
      .select('channel_id')
      .distinct()
      .where('state', '=', 'waiting')
      .execute();
    return rows.map((row) => row.channel_id);
  }

  /** The oldest message that waits for a channel. */
  next(channelId: string): Promise<DeliveryRow | undefined> {
    return this.#state
      .selectFrom('alert_delivery')
      .selectAll()
      .where('state', '=', 'waiting')
      .where('channel_id', '=', channelId)
      .orderBy('created_ms')
      .orderBy('id')
      .executeTakeFirst();
  }

  /** Notes an attempt that failed; the next one comes at `nextMs`. */
  async failedOnce(id: string, attempts: number, error: string, nextMs: number): Promise<void> {
    await this.#state
      .updateTable('alert_delivery')
      .set({ attempts, error, attempted_ms: this.#now(), next_ms: nextMs })
      .where('id', '=', id)
      .execute();
  }

  /** Notes the end: sent, or given up with an error. */
  async finished(id: string, attempts: number, error?: string): Promise<void> {
    await this.#state
      .updateTable('alert_delivery')
      .set({
        state: error === undefined ? 'sent' : 'failed',
        attempts,
        error: error ?? null,
        attempted_ms: this.#now(),
        next_ms: null,
        message_json: '',
      })
      .where('id', '=', id)
      .execute();
  }

  /** The log, newest first. */
  async list(filter: {
    readonly channel?: string | undefined;
    readonly alert?: string | undefined;
    readonly state?: Delivery['state'] | undefined;
    readonly limit: number;
  }): Promise<Delivery[]> {
    let query = this.#state.selectFrom('alert_delivery').selectAll();
    if (filter.channel !== undefined) query = query.where('channel_id', '=', filter.channel);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    const { alert } = filter;
    if (alert !== undefined)
      query = query.where((where) =>
        where(where.fn<number>('instr', ['alerts_json', where.val(JSON.stringify(alert))]), '>', 0),
      );
    const rows = await query
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit)
      .execute();
    return rows.map(show);
  }

  /** The newest entry of each channel. */
  async newest(): Promise<ReadonlyMap<string, Delivery>> {
    const rows = await this.#state
      .selectFrom('alert_delivery as a')
      .selectAll('a')
      .where((where) =>
        where(
          'a.created_ms',
          '=',
          where
            .selectFrom('alert_delivery as b')
            .select((select) => select.fn.max('b.created_ms').as('newest'))
            .whereRef('b.channel_id', '=', 'a.channel_id'),
        ),
      )
      .execute();
    return new Map(rows.map((row) => [row.channel_id, show(row)]));
  }

  async prune(beforeMs: number): Promise<void> {
    await this.#state
      .deleteFrom('alert_delivery')
      .where('state', '!=', 'waiting')
      .where('created_ms', '<', beforeMs)
      .execute();
  }
}

const rowOf = (channel: Addressee, message: NotificationMessage, nowMs: number) => ({
  id: `${message.id}@${channel.id}`,
  channel_id: channel.id,
  channel_name: channel.name,
  kind: message.kind,
  title: message.title,
  alerts_json: JSON.stringify(message.alerts.map((alert) => alert.id)),
  message_json: JSON.stringify(message),
  state: 'waiting' as const,
  attempts: 0,
  created_ms: nowMs,
  attempted_ms: null,
  next_ms: nowMs,
  error: null,
});

const show = (row: DeliveryRow): Delivery => ({
  id: row.id,
  channel: row.channel_id,
  channelName: row.channel_name,
  kind: row.kind as Delivery['kind'],
  title: row.title,
  alerts: JSON.parse(row.alerts_json) as string[],
  state: row.state,
  attempts: row.attempts,
  createdAt: iso(row.created_ms),
  lastAttemptAt: isoOrNull(row.attempted_ms),
  nextAttemptAt: isoOrNull(row.next_ms),
  error: row.error,
});
