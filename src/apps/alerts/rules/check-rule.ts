import { findRuleProblems, type RuleProblem } from '../../../core/alerting/index.ts';
import { guardStatement } from '../../../core/search/statement-guard.ts';
import type { RuleBody, SqlSource } from '../../../model/alert/rule-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { type ReadOptions, readRule } from './read-rule.ts';

const dayMs = 86_400_000;

/**
 * Refuses a rule that could not fire: what it names does not exist, its bounds contradict each
 * other, or what it asks is not understood where it is asked. Throws a RequestFailure.
 */
export async function checkRule(
  rule: RuleBody,
  channels: readonly string[],
  options: ReadOptions & { readonly now: () => number },
  signal: AbortSignal,
): Promise<void> {
  const { data, now } = options;
  const problems = findRuleProblems(rule, { checks: data.checks(), channels });
  if (problems.length > 0) throw refusal(problems);
  const { source } = rule;
  if (source.kind === 'finding') return;
  if (source.kind !== 'search') await checkCluster(source.cluster, options);
  if (source.kind === 'sql') checkStatement(source);
  if (source.kind === 'sample') {
    const range = { fromMs: now() - dayMs, toMs: now() };
    const series = await data.series(source.cluster, source.metric, range);
    if (!series.some(({ points }) => points.some(([, value]) => value !== null)))
      throw refusal([
        {
          field: 'source.metric',
          message: `there was no sample of "${source.metric}" in the last 24 hours`,
          hint: 'gauge:NAME is a metric of system.metrics or system.asynchronous_metrics, rate:NAME an event of system.events.',
        },
      ]);
    return;
  }
  // What is asked is asked once, so that an unknown column or a wrong type shows now.
  for await (const _ of readRule(rule, [now()], options, signal)) break;
}

async function checkCluster(id: string, { data }: ReadOptions): Promise<void> {
  const clusters = await data.clusters();
  if (clusters.some((cluster) => cluster.id === id)) return;
  throw refusal([
    {
      field: 'source.cluster',
      message: `there is no cluster ${id}`,
      hint: 'GET /api/v1/clusters lists them.',
    },
  ]);
}

function checkStatement({ sql }: SqlSource): void {
  const guarded = guardStatement(sql);
  if (!guarded.ok)
    throw new RequestFailure('invalid_query', `body.source.sql: ${guarded.error.message}`, {
      position: { start: guarded.error.start, end: guarded.error.end },
    });
  const { kind, verb, format } = guarded.value;
  if (kind !== 'read' || (verb !== 'SELECT' && verb !== 'WITH'))
    throw refusal([{ field: 'source.sql', message: `${verb} is no SELECT` }]);
  if (format !== undefined)
    throw refusal([{ field: 'source.sql', message: 'leave the FORMAT clause away' }]);
}

function refusal(problems: readonly RuleProblem[]): RequestFailure {
  const [first] = problems;
  return new RequestFailure(
    'invalid_request',
    problems.map(({ field, message }) => `body.${field}: ${message}`).join('; '),
    { ...(first?.hint === undefined ? {} : { hint: first.hint }), details: { problems } },
  );
}
