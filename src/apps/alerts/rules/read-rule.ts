import {
  earlierByMs,
  greatestCommonDivisor,
  type RuleValue,
  sampleValue,
  searchValue,
} from '../../../core/alerting/index.ts';
import type {
  RuleBody,
  SampleSource,
  SearchRuleSource,
  SqlSource,
} from '../../../model/alert/rule-api.ts';
import type { RuleData } from './rule-data.ts';
import { sqlValues } from './sql-values.ts';

/** The values of a rule at one moment. */
export interface RuleMoment {
  readonly atMs: number;
  readonly values: readonly RuleValue[];
  readonly rowsRead: number;
}

export interface ReadOptions {
  readonly data: RuleData;
  readonly timeoutMs: number;
  /** Width of slices in which rows of a search are counted and samples are read. */
  readonly sliceMs?: number;
}

/**
 * Reads the values of a rule for several moments, oldest first: searches and samples with one
 * statement for all, SQL with one for each. Throws a RequestFailure.
 */
export async function* readRule(
  { source, everyMs }: Pick<RuleBody, 'source' | 'everyMs'>,
  timesMs: readonly number[],
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<RuleMoment> {
  if (source.kind === 'search') yield* readSearch(source, everyMs, timesMs, options, signal);
  else if (source.kind === 'sample') yield* readSamples(source, everyMs, timesMs, options, signal);
  else if (source.kind === 'sql') yield* readSql(source, timesMs, options, signal);
}

async function* readSearch(
  rule: SearchRuleSource,
  everyMs: number,
  timesMs: readonly number[],
  { data, sliceMs: wanted }: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<RuleMoment> {
  const { source, where, language, test, windowMs } = rule;
  const shiftMs = earlierByMs(test, windowMs);
  const steps = [
    windowMs,
    ...(timesMs.length > 1 ? [everyMs] : []),
    ...(shiftMs > 0 ? [shiftMs] : []),
  ];
  const sliceMs = wanted ?? steps.reduce(greatestCommonDivisor);
  const windows = Math.ceil(windowMs / sliceMs) * sliceMs;
  const fromMs = (timesMs[0] ?? 0) - windows - shiftMs;
  const toMs = timesMs.at(-1) ?? 0;
  const among = test.kind === 'ratio' ? { among: test.among } : {};
  const counts = await data.count(
    { source, where, language, ...among, fromMs, toMs, sliceMs },
    signal,
  );
  const found = { fromMs, sliceMs, counts: counts.found };
  const all = { fromMs, sliceMs, counts: counts.among };
  for (const atMs of timesMs)
    yield {
      atMs,
      values: [{ subject: {}, value: searchValue(test, windows, atMs, found, all) }],
      rowsRead: counts.rowsRead,
    };
}

async function* readSamples(
  rule: SampleSource,
  everyMs: number,
  timesMs: readonly number[],
  { data, sliceMs: wanted }: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<RuleMoment> {
  const { cluster, metric, windowMs } = rule;
  const steps = [windowMs, ...(timesMs.length > 1 ? [everyMs] : [])];
  const sliceMs = wanted ?? steps.reduce(greatestCommonDivisor);
  const fromMs = (timesMs[0] ?? 0) - Math.ceil(windowMs / sliceMs) * sliceMs;
  const toMs = timesMs.at(-1) ?? 0;
  const read = await data.samples({ cluster, metric, fromMs, toMs, sliceMs }, signal);
  const sampled = new Map(read.nodes.map(({ node, slices }) => [node, slices]));
  // A node that told nothing may be down: that is no news of what it told before.
  const known = (await data.clusters()).find(({ id }) => id === cluster)?.nodes ?? [];
  const nodes = [...new Set([...sampled.keys(), ...known])];
  for (const atMs of timesMs) {
    const values = nodes.map((node) => {
      const slices = sampled.get(node) ?? new Map();
      return { subject: { node }, value: sampleValue(rule, { ...read, slices }, atMs) };
    });
    // Without any node there is nothing that could have passed either.
    yield {
      atMs,
      values: values.length > 0 ? values : [{ subject: {}, value: null }],
      rowsRead: 0,
    };
  }
}

async function* readSql(
  rule: SqlSource,
  timesMs: readonly number[],
  { data, timeoutMs }: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<RuleMoment> {
  // Without a range the statement tells of the present alone.
  const times = rule.sql.includes('{from}') ? timesMs : timesMs.slice(-1);
  for (const atMs of times) {
    const sql = statementAt(rule, atMs);
    const answer = await data.query(rule.cluster, sql, { timeoutMs }, signal);
    yield { atMs, values: sqlValues(rule, answer), rowsRead: answer.rowsRead ?? 0 };
  }
}

/** `{from}` and `{to}` as numbers of seconds, which every version reads alike. */
const statementAt = ({ sql, windowMs }: SqlSource, atMs: number): string =>
  sql
    .replaceAll('{from}', `toDateTime(${Math.floor((atMs - windowMs) / 1_000)})`)
    .replaceAll('{to}', `toDateTime(${Math.floor(atMs / 1_000)})`);
