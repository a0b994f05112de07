import { randomBytes } from 'node:crypto';
import type { State } from '../../../adapters/state/index.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { FindingSubject } from '../../../model/fleet/finding.ts';
import type { Mark } from '../../../model/fleet/fleet-api.ts';
import type { KeptMark } from '../fleet.ts';

/** Marks of one cluster at most; each is looked at for each finding. */
const markLimit = 1_000;

/** Ids of marks that a file declares; those of people have no colon. */
const declaredPrefix = 'file:';

const rowOf = (id: string, clusterId: string, mark: Mark, nowMs: number) => ({
  id,
  cluster_id: clusterId,
  check: mark.check,
  subject_json: JSON.stringify(mark.subject),
  kind: mark.kind,
  until_ms: mark.until === undefined ? null : Date.parse(mark.until),
  note: mark.note ?? '',
  created_ms: nowMs,
});

/** What people said of findings, in the state. */
export class MarkRows {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** Marks that have not ended, the newest first. */
  async list(clusterId: string, nowMs: number): Promise<KeptMark[]> {
    const rows = await this.#state
      .selectFrom('mark')
      .selectAll()
      .where('cluster_id', '=', clusterId)
      .where((where) => where.or([where('until_ms', 'is', null), where('until_ms', '>', nowMs)]))
      .orderBy('created_ms', 'desc')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      check: row.check,
      subject: FindingSubject.parse(JSON.parse(row.subject_json)),
      kind: row.kind,
      ...(row.until_ms === null ? {} : { until: new Date(row.until_ms).toISOString() }),
      ...(row.note === '' ? {} : { note: row.note }),
    }));
  }

  async add(clusterId: string, mark: Mark, nowMs: number): Promise<KeptMark> {
    const there = await this.list(clusterId, nowMs);
    if (there.length >= markLimit)
      throw new RequestFailure('limit_exceeded', `there are ${markLimit} marks already`, {
        hint: 'Take some back; a mark with fewer parts of a subject covers several findings.',
      });
    const id = randomBytes(9).toString('base64url').replace(/^-/, 'x');
    await this.#state
      .insertInto('mark')
      .values(rowOf(id, clusterId, mark, nowMs))
      .execute();
    return { id, ...mark };
  }

  /** Takes these in the place of those that the file of clusters had at the last start. */
  async declare(clusterId: string, marks: readonly Mark[], nowMs: number): Promise<void> {
    await this.#state.transaction().execute(async (db) => {
      await db
        .deleteFrom('mark')
        .where('cluster_id', '=', clusterId)
        .where('id', 'like', `${declaredPrefix}%`)
        .execute();
      for (const [at, mark] of marks.entries())
        await db
          .insertInto('mark')
          .values(rowOf(`${declaredPrefix}${clusterId}:${at}`, clusterId, mark, nowMs))
          .execute();
    });
  }

  /** False where there is no such mark. */
  async remove(clusterId: string, id: string): Promise<boolean> {
    const result = await this.#state
      .deleteFrom('mark')
      .where('cluster_id', '=', clusterId)
      .where('id', '=', id)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }
}
