import type { Selectable } from 'kysely';
import type { State } from '../../../adapters/state/index.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import { parseDurationMs } from '../../../base/duration.ts';
import type { Quiet } from '../../../core/alerting/index.ts';
import type { AlertMatch } from '../../../model/alert/alert-match.ts';
import type { Silence, SilenceBody } from '../../../model/alert/silence-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { iso } from './iso.ts';
import { newId } from './new-id.ts';

const longestMs = 366 * 86_400_000;

/** Silences in the state store. */
export class SilenceStore {
  readonly #state: State;
  readonly #now: () => number;
  readonly #most: number;

  constructor(state: State, most: number, now: () => number) {
    this.#state = state;
    this.#most = most;
    this.#now = now;
  }

  /** All that are kept, also those that are over, the newest first. */
  async list(): Promise<Silence[]> {
    const rows = await this.#state
      .selectFrom('silence')
      .selectAll()
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .execute();
    return rows.map((row) => show(row, this.#now()));
  }

  /** Throws a RequestFailure. */
  async create(body: SilenceBody): Promise<Silence> {
    const nowMs = this.#now();
    const span = spanOf(body, nowMs, nowMs);
    const waiting = await this.#state
      .selectFrom('silence')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('ends_ms', '>', nowMs)
      .executeTakeFirstOrThrow();
    if (waiting.count >= this.#most)
      throw new RequestFailure('limit_exceeded', `there are ${this.#most} silences, the limit`);
    const row = { id: newId(), ...partsOf(body), ...span, created_ms: nowMs };
    await this.#state.insertInto('silence').values(row).execute();
    return show(row, nowMs);
  }

  /**
   * Says a silence anew; it keeps its beginning where none is given, and a duration counts from now.
   * Throws a RequestFailure, also for one that is over.
   */
  async replace(id: string, body: SilenceBody): Promise<Silence> {
    const nowMs = this.#now();
    const before = await this.#get(id);
    if (before.ends_ms <= nowMs)
      throw new RequestFailure('conflict', 'the silence is over', { hint: 'Make a new one.' });
    const row = { ...before, ...partsOf(body), ...spanOf(body, before.starts_ms, nowMs) };
    await this.#state.updateTable('silence').set(row).where('id', '=', id).execute();
    return show(row, nowMs);
  }

  /** Ends a silence now; what has not begun or is over is removed. Throws a RequestFailure. */
  async end(id: string): Promise<void> {
    const nowMs = this.#now();
    const row = await this.#get(id);
    if (row.starts_ms < nowMs && row.ends_ms > nowMs)
      await this.#state
        .updateTable('silence')
        .set({ ends_ms: nowMs })
        .where('id', '=', id)
        .execute();
    else await this.#state.deleteFrom('silence').where('id', '=', id).execute();
  }

  /** Those that hold at `atMs`. */
  async at(atMs: number): Promise<Quiet[]> {
    const rows = await this.#state
      .selectFrom('silence')
      .select(['id', 'match_json'])
      .where('starts_ms', '<=', atMs)
      .where('ends_ms', '>', atMs)
      .orderBy('id')
      .execute();
    return rows.map(({ id, match_json }) => ({ id, match: JSON.parse(match_json) as AlertMatch }));
  }

  async prune(beforeMs: number): Promise<void> {
    await this.#state.deleteFrom('silence').where('ends_ms', '<', beforeMs).execute();
  }

  async #get(id: string): Promise<Selectable<StateTables['silence']>> {
    const row = await this.#state
      .selectFrom('silence')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (row) return row;
    throw new RequestFailure('not_found', `there is no silence ${id}`, {
      hint: 'GET /api/v1/silences lists them.',
    });
  }
}

const partsOf = ({ match, by, comment }: SilenceBody) => ({
  match_json: JSON.stringify(match),
  by,
  comment,
});

/** Throws a RequestFailure. `usualMs`: when it begins where nothing is said of that. */
function spanOf(body: SilenceBody, usualMs: number, nowMs: number) {
  const startsMs = body.startsAt === undefined ? usualMs : Date.parse(body.startsAt);
  const fromMs = body.startsAt === undefined ? Math.max(startsMs, nowMs) : startsMs;
  const endsMs = endOf(body, fromMs);
  if (endsMs <= startsMs || endsMs <= nowMs)
    throw new RequestFailure(
      'invalid_request',
      'body.endsAt: the silence is over before it begins',
    );
  if (endsMs - startsMs > longestMs)
    throw new RequestFailure('invalid_request', 'body.endsAt: at most 366 days', {
      hint: 'A rule that nobody wants can be disabled, and a finding can be marked as intended.',
    });
  return { starts_ms: startsMs, ends_ms: endsMs };
}

function endOf({ endsAt, duration }: SilenceBody, fromMs: number): number {
  if (duration === undefined) return Date.parse(endsAt ?? '');
  const parsed = parseDurationMs(duration);
  if (parsed.ok) return fromMs + parsed.value;
  throw new RequestFailure('invalid_request', `body.duration: ${parsed.error}`);
}

const show = (row: Selectable<StateTables['silence']>, nowMs: number): Silence => ({
  id: row.id,
  match: JSON.parse(row.match_json) as AlertMatch,
  startsAt: iso(row.starts_ms),
  endsAt: iso(row.ends_ms),
  by: row.by,
  comment: row.comment,
  createdAt: iso(row.created_ms),
  state: row.ends_ms <= nowMs ? 'over' : row.starts_ms > nowMs ? 'waiting' : 'active',
});
