import type { State } from '../../../adapters/state/index.ts';
import { Finding } from '../../../model/fleet/finding.ts';

/** One time that a finding was open. */
export interface FindingSpell {
  readonly finding: Finding;
  readonly firstSeenMs: number;
  /** null while it is open. */
  readonly closedMs: number | null;
}

/** How old the stored `lastSeen` of an open finding may grow before it is written again. */
const freshMs = 60_000;
/** Spells of one finding that are told. */
const historyLimit = 200;

/** Findings of the clusters in the state, open ones and those that are over. */
export class FindingRows {
  readonly #state: State;
  /** By cluster: what is stored of open findings, to write only what changed. */
  readonly #written = new Map<string, Map<string, Written>>();

  constructor(state: State) {
    this.#state = state;
  }

  async open(clusterId: string): Promise<Finding[]> {
    const rows = await this.#state
      .selectFrom('finding')
      .select(['id', 'finding_json', 'first_seen_ms', 'last_seen_ms'])
      .where('cluster_id', '=', clusterId)
      .where('closed_ms', 'is', null)
      .execute();
    const written = new Map<string, Written>();
    const findings = rows.map((row) => {
      const finding = Finding.parse(JSON.parse(row.finding_json));
      written.set(row.id, {
        firstSeenMs: row.first_seen_ms,
        lastSeenMs: row.last_seen_ms,
        text: contentOf(finding),
      });
      return finding;
    });
    this.#written.set(clusterId, written);
    return findings;
  }

  /** Writes what is open now; what was open and is not named is over. */
  async write(clusterId: string, findings: readonly Finding[], nowMs: number): Promise<void> {
    const before = this.#written.get(clusterId) ?? new Map<string, Written>();
    const now = new Map<string, Written>();
    await this.#state.transaction().execute(async (db) => {
      for (const finding of findings) {
        const known = before.get(finding.id);
        const firstSeenMs = known?.firstSeenMs ?? Date.parse(finding.firstSeen);
        const lastSeenMs = Date.parse(finding.lastSeen);
        const text = contentOf(finding);
        const fresh = known && known.text === text && lastSeenMs - known.lastSeenMs < freshMs;
        now.set(finding.id, fresh ? known : { firstSeenMs, lastSeenMs, text });
        if (fresh) continue;
        const values = {
          last_seen_ms: lastSeenMs,
          closed_ms: null,
          outcome: finding.outcome,
          severity: finding.severity,
          finding_json: JSON.stringify(finding),
        };
        await db
          .insertInto('finding')
          .values({ cluster_id: clusterId, id: finding.id, first_seen_ms: firstSeenMs, ...values })
          .onConflict((conflict) =>
            conflict.columns(['cluster_id', 'id', 'first_seen_ms']).doUpdateSet(values),
          )
          .execute();
      }
      const over = [...before.keys()].filter((id) => !now.has(id));
      for (const id of over)
        await db
          .updateTable('finding')
          .set({ closed_ms: nowMs })
          .where('cluster_id', '=', clusterId)
          .where('id', '=', id)
          .where('closed_ms', 'is', null)
          .execute();
    });
    this.#written.set(clusterId, now);
  }

  /** All times that a finding was open, the newest first. */
  async history(clusterId: string, id: string): Promise<FindingSpell[]> {
    const rows = await this.#state
      .selectFrom('finding')
      .select(['finding_json', 'first_seen_ms', 'closed_ms'])
      .where('cluster_id', '=', clusterId)
      .where('id', '=', id)
      .orderBy('first_seen_ms', 'desc')
      .limit(historyLimit)
      .execute();
    return rows.map((row) => ({
      finding: Finding.parse(JSON.parse(row.finding_json)),
      firstSeenMs: row.first_seen_ms,
      closedMs: row.closed_ms,
    }));
  }

  forget(clusterId: string): void {
    this.#written.delete(clusterId);
  }

  async forgetBefore(beforeMs: number): Promise<void> {
    await this.#state.deleteFrom('finding').where('closed_ms', '<', beforeMs).execute();
  }
}

interface Written {
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Everything but the times. */
  readonly text: string;
}

const contentOf = ({ firstSeen: _first, lastSeen: _last, ...content }: Finding): string =>
  JSON.stringify(content);
