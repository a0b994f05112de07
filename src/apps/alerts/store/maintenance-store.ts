import type { Selectable } from 'kysely';
import type { State } from '../../../adapters/state/index.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import type { Quiet } from '../../../core/alerting/index.ts';
import type { MaintenanceBody, MaintenanceWindow } from '../../../model/alert/silence-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { iso } from './iso.ts';
import { checkMaintenance, type Span, spanAfter, spanAt } from './maintenance-spans.ts';
import { newId } from './new-id.ts';

/** Maintenance windows in the state store. */
export class MaintenanceStore {
  readonly #state: State;
  readonly #most: number;
  readonly #now: () => number;

  constructor(state: State, most: number, now: () => number) {
    this.#state = state;
    this.#most = most;
    this.#now = now;
  }

  async list(): Promise<MaintenanceWindow[]> {
    return (await this.#rows()).map((row) => show(row, this.#now()));
  }

  /** Throws a RequestFailure. */
  async create(body: MaintenanceBody): Promise<MaintenanceWindow> {
    this.#check(body);
    if ((await this.#rows()).length >= this.#most)
      throw new RequestFailure('limit_exceeded', `there are ${this.#most} windows, the limit`);
    const row = { id: newId(), body_json: JSON.stringify(body), created_ms: this.#now() };
    await this.#state.insertInto('maintenance_window').values(row).execute();
    return show(row, this.#now());
  }

  /** Throws a RequestFailure. */
  async replace(id: string, body: MaintenanceBody): Promise<MaintenanceWindow> {
    this.#check(body);
    const row = (await this.#rows()).find((each) => each.id === id);
    if (!row) throw unknown(id);
    const body_json = JSON.stringify(body);
    await this.#state
      .updateTable('maintenance_window')
      .set({ body_json })
      .where('id', '=', id)
      .execute();
    return show({ ...row, body_json }, this.#now());
  }

  /** Throws a RequestFailure. */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#state
      .deleteFrom('maintenance_window')
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw unknown(id);
  }

  /** Those that hold at `atMs`. */
  async at(atMs: number): Promise<Quiet[]> {
    return (await this.#rows())
      .map((row) => ({ id: row.id, body: JSON.parse(row.body_json) as MaintenanceBody }))
      .filter(({ body }) => body.enabled && spanAt(body, atMs) !== undefined)
      .map(({ id, body }) => ({ id, match: body.match }));
  }

  #check(body: MaintenanceBody): void {
    const checked = checkMaintenance(body, this.#now());
    if (!checked.ok)
      throw new RequestFailure(
        'invalid_request',
        `body.${checked.error.field}: ${checked.error.message}`,
      );
  }

  #rows() {
    return this.#state
      .selectFrom('maintenance_window')
      .selectAll()
      .orderBy('created_ms')
      .orderBy('id')
      .execute();
  }
}

const unknown = (id: string) =>
  new RequestFailure('not_found', `there is no maintenance window ${id}`, {
    hint: 'GET /api/v1/maintenance lists them.',
  });

function show(
  row: Selectable<StateTables['maintenance_window']>,
  nowMs: number,
): MaintenanceWindow {
  const body = JSON.parse(row.body_json) as MaintenanceBody;
  return {
    ...body,
    id: row.id,
    createdAt: iso(row.created_ms),
    current: shown(spanAt(body, nowMs)),
    next: shown(spanAfter(body, nowMs)),
  };
}

const shown = (span: Span | undefined) =>
  span ? { from: iso(span.fromMs), to: iso(span.toMs) } : null;
