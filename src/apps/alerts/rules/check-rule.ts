import { findRuleProblems, type RuleProblem } from '../../../core/alerting/index.ts';
import { guardStatement } from '../../../core/search/statement-guard.ts';
import type { RuleBody, SampleSource, SqlSource } from '../../../model/alert/rule-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { type ReadOptions, readRule } from './read-rule.ts';
import type { KnownCluster } from './rule-data.ts';

const dayMs = 86_400_000;

/**
 * Refuses a rule that could not fire: what it names does not exist, its bounds contradict each
 * other, or what it asks is not understood where it is asked. Gives why it could not be tried,
 * where nobody answers at present. Throws a RequestFailure.
 */
export async function checkRule(
  rule: RuleBody,
  channels: readonly string[],
  options: ReadOptions & { readonly now: () => number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { data, now } = options;
  const problems = findRuleProblems(rule, { checks: data.checks(), channels });
  if (problems.length > 0) throw refusal(problems);
  const { source } = rule;
  if (source.kind === 'finding') return undefined;
  const cluster = source.kind === 'search' ? undefined : await findCluster(source.cluster, options);
  if (source.kind === 'sql') checkStatement(source);
  try {
    // What is asked is asked once, so that an unknown column or a wrong type shows now.
    if (source.kind !== 'sample')
      for await (const _ of readRule(rule, [now()], options, signal)) break;
    else if (!(await hasSamples(source, options, signal))) return noSamples(source, cluster);
  } catch (error) {
    if (error instanceof RequestFailure && isAway(error)) return error.message;
    throw error;
  }
  return undefined;
}

/** Whoever is asked does not answer: that says nothing of the rule. */
const isAway = ({ code }: RequestFailure): boolean =>
  code === 'unavailable' || code === 'store_unavailable';

async function hasSamples(
  { cluster, metric }: SampleSource,
  { data, now }: ReadOptions & { readonly now: () => number },
  signal: AbortSignal,
): Promise<boolean> {
  const range = { fromMs: now() - dayMs, toMs: now() };
  const { nodes } = await data.samples({ cluster, metric, ...range, sliceMs: dayMs }, signal);
  return nodes.length > 0;
}

/** A metric of a cluster that is not read may well be there. */
function noSamples({ metric }: SampleSource, cluster: KnownCluster | undefined): string {
  const message = `there was no sample of "${metric}" in the last 24 hours`;
  if (cluster && !cluster.answers) return `${message}, and the cluster does not answer`;
  throw refusal([
    {
      field: 'source.metric',
      message,
      hint: 'gauge:NAME is a metric of system.metrics or system.asynchronous_metrics, rate:NAME an event of system.events.',
    },
  ]);
}

async function findCluster(id: string, { data }: ReadOptions): Promise<KnownCluster> {
  const clusters = await data.clusters();
  const found = clusters.find((cluster) => cluster.id === id);
  if (found) return found;
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
