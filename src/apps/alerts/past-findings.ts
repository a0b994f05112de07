import type { State } from '../../adapters/state/index.ts';
import type { Finding } from '../../model/fleet/finding.ts';
import type { MsRange, PastFinding } from './rules/rule-data.ts';

const mostFindings = 50_000;

/** Findings that were open at some time of the range, as the monitor wrote them. */
export async function readPastFindings(state: State, range: MsRange): Promise<PastFinding[]> {
  const rows = await state
    .selectFrom('finding')
    .select(['cluster_id', 'finding_json', 'first_seen_ms', 'closed_ms'])
    .where('first_seen_ms', '<', range.toMs)
    .where((where) =>
      where.or([where('closed_ms', 'is', null), where('closed_ms', '>', range.fromMs)]),
    )
    .orderBy('first_seen_ms')
    .limit(mostFindings)
    .execute();
  return rows.map((row) => ({
    clusterId: row.cluster_id,
    finding: JSON.parse(row.finding_json) as Finding,
    fromMs: row.first_seen_ms,
    ...(row.closed_ms === null ? {} : { toMs: row.closed_ms }),
  }));
}
