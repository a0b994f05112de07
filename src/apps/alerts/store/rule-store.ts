import type { Selectable } from 'kysely';
import type { State } from '../../../adapters/state/index.ts';
import type { StateTables } from '../../../adapters/state/state-schema.ts';
import type { Rule, RuleBody } from '../../../model/alert/rule-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { iso, isoOrNull } from './iso.ts';
import { newId } from './new-id.ts';

/** What people are told of before they have said anything. */
const defaultRule: RuleBody = {
  name: 'Findings of the checks',
  description: 'Whatever a check finds that is a warning or worse.',
  enabled: true,
  severity: 'warning',
  source: { kind: 'finding', match: { minSeverity: 'warning' } },
  everyMs: 60_000,
  // Causes may show a little later than their effects.
  holdMs: 10_000,
  recoverMs: 0,
  repeatMs: 14_400_000,
  channels: [],
  labels: {},
};

/** Written when the default rules were, so that one that was removed does not come back. */
const seededFact = 'alert_rules_seeded';

/** Rules in the state store. */
export class RuleStore {
  readonly #state: State;
  readonly #most: number;
  readonly #now: () => number;

  constructor(state: State, most: number, now: () => number) {
    this.#state = state;
    this.#most = most;
    this.#now = now;
  }

  /** Makes the default rules at the first start. Returns how many rules there are. */
  async seed(): Promise<number> {
    await this.#state.transaction().execute(async (db) => {
      const done = await db
        .selectFrom('fact')
        .select('name')
        .where('name', '=', seededFact)
        .executeTakeFirst();
      if (done) return;
      await db.insertInto('fact').values({ name: seededFact, value: '1' }).execute();
      await db
        .insertInto('alert_rule')
        .values(this.#row('findings', defaultRule, 'default'))
        .execute();
    });
    return (await this.list()).length;
  }

  async list(): Promise<Rule[]> {
    const rows = await this.#state
      .selectFrom('alert_rule')
      .selectAll()
      .orderBy('created_ms')
      .orderBy('id')
      .execute();
    return rows.map(show);
  }

  /** Throws a RequestFailure. */
  async get(id: string): Promise<Rule> {
    const row = await this.#state
      .selectFrom('alert_rule')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw unknown(id);
    return show(row);
  }

  /** `problem`: why it could not be tried. Throws a RequestFailure. */
  async create(body: RuleBody, problem: string | null = null): Promise<Rule> {
    if ((await this.list()).length >= this.#most)
      throw new RequestFailure('limit_exceeded', `there are ${this.#most} rules, the limit`, {
        hint: 'Remove one, or raise ALERT_RULES.',
      });
    const row = { ...this.#row(newId(), body, 'api'), problem };
    await this.#state.insertInto('alert_rule').values(row).execute();
    return show(row);
  }

  /** `problem`: why it could not be tried. Throws a RequestFailure. */
  async replace(id: string, body: RuleBody, problem: string | null = null): Promise<Rule> {
    await this.get(id);
    await this.#state
      .updateTable('alert_rule')
      .set({
        body_json: JSON.stringify(body),
        updated_ms: this.#now(),
        evaluated_ms: null,
        problem,
      })
      .where('id', '=', id)
      .execute();
    return this.get(id);
  }

  /** Throws a RequestFailure. */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#state
      .deleteFrom('alert_rule')
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw unknown(id);
  }

  /** Notes that a rule was evaluated up to `atMs`, or why it has no answer. */
  async evaluated(id: string, atMs: number, problem: string | null): Promise<void> {
    await this.#state
      .updateTable('alert_rule')
      .set({ evaluated_ms: atMs, problem })
      .where('id', '=', id)
      .execute();
  }

  #row(id: string, body: RuleBody, origin: 'default' | 'api') {
    const nowMs = this.#now();
    return {
      id,
      origin,
      body_json: JSON.stringify(body),
      created_ms: nowMs,
      updated_ms: nowMs,
      evaluated_ms: null,
      problem: null,
    };
  }
}

const unknown = (id: string) =>
  new RequestFailure('not_found', `there is no rule ${id}`, {
    hint: 'GET /api/v1/rules lists them.',
  });

const show = (row: Selectable<StateTables['alert_rule']>): Rule => ({
  ...(JSON.parse(row.body_json) as RuleBody),
  id: row.id,
  origin: row.origin,
  createdAt: iso(row.created_ms),
  updatedAt: iso(row.updated_ms),
  lastEvaluatedAt: isoOrNull(row.evaluated_ms),
  problem: row.problem,
});
