import { randomBytes } from 'node:crypto';
import type { State } from '../../../adapters/state/index.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { FindingSubject } from '../../../model/fleet/finding.ts';
import type { Mark } from '../../../model/fleet/fleet-api.ts';
import type { KeptMark } from '../fleet.ts';

/** Marks of one cluster at most; each is looked at for each finding. */
const markLimit = 1_000;

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
      .values({
        id,
        cluster_id: clusterId,
        check: mark.check,
        subject_json: JSON.stringify(mark.subject),
        kind: mark.kind,
        until_ms: mark.until === undefined ? null : Date.parse(mark.until),
        note: mark.note ?? '',
        created_ms: nowMs,
      })
      .execute();
    return { id, ...mark };
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
