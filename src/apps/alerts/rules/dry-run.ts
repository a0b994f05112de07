import {
  type EvaluatedRule,
  firedText,
  judgeRule,
  type Observation,
  observeFindings,
  planPast,
  replayObservations,
} from '../../../core/alerting/index.ts';
import type { DryRunData, RuleBody } from '../../../model/alert/rule-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { iso } from '../store/iso.ts';
import { readRule } from './read-rule.ts';
import type { MsRange, RuleData } from './rule-data.ts';

/** What a dry run may cost. */
export interface DryRunBudget {
  readonly timeoutMs: number;
  /** Of one statement. */
  readonly statementTimeoutMs: number;
  readonly statements: number;
  readonly rows: number;
}

interface Past {
  readonly moments: { readonly atMs: number; readonly observation: Observation }[];
  readonly rowsRead: number;
  readonly note?: string;
}

const mostFirings = 200;

/** What a rule would have done. Nothing is written and nobody is told. Throws a RequestFailure. */
export async function dryRun(
  rule: RuleBody,
  range: MsRange,
  data: RuleData,
  budget: DryRunBudget,
  signal: AbortSignal,
): Promise<DryRunData> {
  const evaluated = { ...rule, id: 'dry-run', enabled: true };
  const past =
    rule.source.kind === 'finding'
      ? await pastFindings(evaluated, range, data)
      : await pastValues(evaluated, range, data, budget, signal);
  const firings = past.moments.length === 0 ? [] : replaySources(past.moments);
  const fromMs = past.moments[0]?.atMs ?? range.fromMs;
  const toMs = past.moments.at(-1)?.atMs ?? range.toMs;
  const whole = past.note === undefined;
  return {
    summary: firedText(firings.length, whole ? range.fromMs : fromMs, whole ? range.toMs : toMs),
    fired: firings.length,
    firings: firings.slice(-mostFirings).map((each) => ({
      from: iso(each.fromMs),
      to: each.toMs === undefined ? null : iso(each.toMs),
      message: each.message,
    })),
    from: iso(fromMs),
    to: iso(toMs),
    evaluations: past.moments.length,
    complete: whole,
    ...(past.note === undefined ? {} : { note: past.note }),
    rowsRead: past.rowsRead,
  };
}

/** Each source goes through a state of its own, oldest moment first. */
const replaySources = (moments: Past['moments']) =>
  [...Map.groupBy(moments, ({ observation }) => observation.source).values()]
    .flatMap(replayObservations)
    .sort((a, b) => a.fromMs - b.fromMs);

async function pastValues(
  rule: EvaluatedRule & RuleBody,
  range: MsRange,
  data: RuleData,
  budget: DryRunBudget,
  signal: AbortSignal,
): Promise<Past> {
  const { source } = rule;
  if (source.kind === 'finding') return { moments: [], rowsRead: 0 };
  if (source.kind === 'sql' && !source.sql.includes('{from}'))
    throw new RequestFailure(
      'invalid_request',
      'body.rule.source.sql: a statement without {from} and {to} cannot look back',
      { hint: 'Write for example WHERE event_time >= {from} AND event_time < {to}.' },
    );
  const plan = planPast(
    { windowMs: source.windowMs, everyMs: rule.everyMs },
    range,
    source.kind === 'sql' ? budget.statements : undefined,
  );
  const sparse =
    source.kind === 'sql' && (range.toMs - range.fromMs) / rule.everyMs > budget.statements
      ? `it was evaluated at ${plan.endsMs.length} moments only, the limit (ALERT_DRY_RUN_STATEMENTS)`
      : undefined;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(budget.timeoutMs)]);
  const moments: Past['moments'] = [];
  let rowsRead = 0;
  let note = sparse;
  try {
    const options = { data, timeoutMs: budget.statementTimeoutMs, sliceMs: plan.sliceMs };
    for await (const moment of readRule(rule, plan.endsMs, options, stop)) {
      rowsRead = source.kind === 'sql' ? rowsRead + moment.rowsRead : moment.rowsRead;
      moments.push({ atMs: moment.atMs, observation: judgeRule(rule, moment.values) });
      const late = stop.aborted || (source.kind === 'sql' && rowsRead > budget.rows);
      if (!late) continue;
      note = stop.aborted ? timeNote : 'it has read as many rows as it may (ALERT_DRY_RUN_ROWS)';
      break;
    }
  } catch (error) {
    if (signal.aborted || !stop.aborted) throw error;
    if (moments.length === 0)
      throw new RequestFailure('timeout', 'the dry run took longer than it may', {
        hint: 'Look at a shorter range, or raise ALERT_DRY_RUN_TIMEOUT.',
        cause: error,
      });
    note = timeNote;
  }
  return { moments, rowsRead, ...(note === undefined ? {} : { note }) };
}

const timeNote = 'it took as long as it may (ALERT_DRY_RUN_TIMEOUT)';

/** Findings as they opened and closed; what a check said in between is not kept. */
async function pastFindings(rule: EvaluatedRule, range: MsRange, data: RuleData): Promise<Past> {
  const known = new Map((await data.clusters()).map((cluster) => [cluster.id, cluster]));
  const past = (await data.findings(range)).filter(({ clusterId }) => known.has(clusterId));
  const moments = [...Map.groupBy(past, ({ clusterId }) => clusterId)].flatMap(([id, findings]) => {
    const cluster = known.get(id)!;
    const edges = findings.flatMap(({ fromMs, toMs }) => [
      Math.max(fromMs, range.fromMs),
      // When it has held for as long as the rule asks.
      Math.max(fromMs, range.fromMs) + rule.holdMs,
      ...(toMs === undefined ? [] : [toMs, toMs + rule.recoverMs]),
    ]);
    return [...new Set(edges)]
      .filter((atMs) => atMs >= range.fromMs && atMs < range.toMs)
      .map((atMs) => ({
        atMs,
        observation: observeFindings(
          {
            cluster: { id, name: cluster.name },
            labels: cluster.labels,
            findings: findings
              .filter(({ fromMs, toMs }) => fromMs <= atMs && (toMs === undefined || atMs < toMs))
              .map(({ finding }) => finding),
          },
          [rule],
        ),
      }));
  });
  return { moments: moments.sort((a, b) => a.atMs - b.atMs), rowsRead: 0 };
}
