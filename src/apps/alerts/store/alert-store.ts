import type { State } from '../../../adapters/state/index.ts';
import type { AlertingState, AlertRecord } from '../../../core/alerting/index.ts';
import { searchTextOf } from '../../../core/alerting/index.ts';
import type { Severity } from '../../../model/fleet/finding.ts';

/** What of the history is wanted. Times in epoch milliseconds, half-open. */
export interface AlertFilter {
  readonly state: 'active' | 'pending' | 'firing' | 'resolved' | 'all';
  readonly words: readonly string[];
  readonly cluster?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  /** Alerts after this one, newest first. */
  readonly after?: { readonly sinceMs: number; readonly id: string } | undefined;
}

/** The alerts in the state store: what evaluation goes on from, and the history. */
export class AlertStore {
  readonly #state: State;
  /** Each alert as it was written last. */
  #written: ReadonlyMap<string, AlertRecord> = new Map();

  constructor(state: State) {
    this.#state = state;
  }

  /** Alerts that evaluation goes on from. */
  async load(): Promise<AlertingState> {
    const rows = await this.#state
      .selectFrom('alert')
      .select('record_json')
      .where('live', '=', 1)
      .orderBy('since_ms')
      .execute();
    const alerts = rows.map(({ record_json }) => JSON.parse(record_json) as AlertRecord);
    this.#written = new Map(alerts.map((alert) => [alert.id, alert]));
    return { alerts };
  }

  /**
   * Writes what changed, and whatever `also` writes, in one transaction: no message is lost and
   * none is made for an alert that is not kept. A message always comes with a changed alert. Alerts
   * that never fired leave no trace.
   */
  async save(
    before: AlertingState,
    after: AlertingState,
    also: (db: State) => Promise<void>,
  ): Promise<void> {
    const kept = new Map(after.alerts.map((alert) => [alert.id, alert]));
    const changed = after.alerts.filter((alert) => this.#written.get(alert.id) !== alert);
    const vanished = before.alerts.filter(
      (alert) => alert.state === 'pending' && !kept.has(alert.id),
    );
    if (changed.length + vanished.length === 0) return;
    await this.#state.transaction().execute(async (db) => {
      for (const alert of changed) await write(db, alert);
      for (const { id } of vanished) await db.deleteFrom('alert').where('id', '=', id).execute();
      await also(db);
    });
    this.#written = kept;
  }

  async get(id: string): Promise<AlertRecord | undefined> {
    const row = await this.#state
      .selectFrom('alert')
      .select('record_json')
      .where('id', '=', id)
      .executeTakeFirst();
    return row && (JSON.parse(row.record_json) as AlertRecord);
  }

  /** Newest first, one more than the limit where there are more. */
  async find(filter: AlertFilter): Promise<AlertRecord[]> {
    let query = this.#state.selectFrom('alert').select('record_json');
    if (filter.state === 'active') query = query.where('state', 'in', ['pending', 'firing']);
    else if (filter.state !== 'all') query = query.where('state', '=', filter.state);
    if (filter.cluster !== undefined) query = query.where('cluster_id', '=', filter.cluster);
    if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
    for (const word of filter.words)
      query = query.where((where) =>
        where(where.fn<number>('instr', ['words', where.val(word.toLowerCase())]), '>', 0),
      );
    const { fromMs, toMs, after } = filter;
    if (toMs !== undefined) query = query.where('since_ms', '<', toMs);
    if (fromMs !== undefined)
      query = query.where((where) =>
        where.or([where('resolved_ms', 'is', null), where('resolved_ms', '>=', fromMs)]),
      );
    if (after)
      query = query.where((where) =>
        where.or([
          where('since_ms', '<', after.sinceMs),
          where.and([where('since_ms', '=', after.sinceMs), where('id', '<', after.id)]),
        ]),
      );
    const rows = await query
      .orderBy('since_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit + 1)
      .execute();
    return rows.map(({ record_json }) => JSON.parse(record_json) as AlertRecord);
  }

  /** Removes alerts that have been over since before `beforeMs`. */
  async prune(beforeMs: number): Promise<void> {
    await this.#state
      .deleteFrom('alert')
      .where('live', '=', 0)
      .where('resolved_ms', '<', beforeMs)
      .execute();
  }
}

async function write(db: State, alert: AlertRecord): Promise<void> {
  const row = {
    source: alert.source,
    state: alert.state,
    severity: alert.severity,
    cluster_id: alert.cluster?.id ?? null,
    since_ms: alert.sinceMs,
    resolved_ms: alert.resolvedMs ?? null,
    live: alert.state !== 'resolved' || alert.owesRecovery ? 1 : 0,
    words: searchTextOf(alert),
    record_json: JSON.stringify(alert),
  };
  await db
    .insertInto('alert')
    .values({ id: alert.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}
