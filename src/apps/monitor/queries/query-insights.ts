import { monitorQueryPrefix } from '../../../core/health/readings/monitor-query.ts';
import {
  detailRows,
  detailStatement,
  emptinessOf,
  errorsStatement,
  executionsStatement,
  type GroupsQuestion,
  groupsStatement,
  type LogQuestion,
  type LogWindow,
  mergeDetail,
  mergeErrors,
  mergeExecutions,
  mergeGroups,
  mergeTrend,
  type NodeRows,
  narrowed,
  normalizes,
  parseSizes,
  shapesStatement,
  sizesStatement,
  trendStatement,
  windowOf,
  withShapes,
} from '../../../core/insights/index.ts';
import type {
  AskedNode,
  Grouping,
  QueriesData,
  QueryData,
  QueryFilter,
  QuerySort,
} from '../../../model/fleet/query-insights.ts';
import type { MsRange } from '../fleet.ts';
import { type AskableCluster, askNodes, type NodeReply } from './ask-nodes.ts';
import type { NodeAsking } from './node-asking.ts';
import { SharedAnswers } from './shared-answers.ts';
import { ViewAllowance } from './view-allowance.ts';

export interface QueryInsightsOptions {
  /** What one statement may take. */
  readonly timeoutMs: number;
  /** How long an answer is good for who asks the same. */
  readonly keptMs: number;
  /** Rows of the log that one node reads. */
  readonly mostRows: number;
  /** Time that one node spends within five minutes. */
  readonly mostMs: number;
  readonly fullText: boolean;
}

/** Which queries, and how they are grouped. */
export interface QueriesQuestion {
  readonly range: MsRange;
  readonly filter: QueryFilter;
  readonly by: Grouping;
  readonly sort: QuerySort;
  readonly limit: number;
}

export interface QueryQuestion {
  readonly range: MsRange;
  readonly filter: QueryFilter;
  readonly hash: string;
  readonly executions: number;
}

/** Where texts have to be normalised by patterns, reading a row costs so much more. */
const patternShare = 20;
/** Groups that each node gives at most: enough that the sums of the shown ones hold. */
const nodeGroups = 500;

type Rows = NodeRows['rows'];

interface Bounded {
  readonly question: LogQuestion;
  readonly mostRows: number;
  /** Rows of the log in the whole window. */
  readonly logRows: number;
  readonly countedFrom: string | undefined;
}

/** What the logs of a cluster's nodes say of its queries. */
export class QueryInsights {
  readonly #options: QueryInsightsOptions;
  readonly #allowance: ViewAllowance;
  readonly #answers = new SharedAnswers();

  constructor(options: QueryInsightsOptions) {
    this.#options = options;
    this.#allowance = new ViewAllowance(options.mostMs);
  }

  /** Groups of queries, the most by `sort` first. */
  list(
    watch: AskableCluster,
    question: QueriesQuestion,
    signal: AbortSignal,
  ): Promise<QueriesData> {
    const key = JSON.stringify([watch.cluster.id, question]);
    return this.#answers.get(key, this.#options.keptMs, signal, (shared) =>
      this.#list(watch, question, shared),
    );
  }

  /** One fingerprint. */
  show(watch: AskableCluster, question: QueryQuestion, signal: AbortSignal): Promise<QueryData> {
    const key = JSON.stringify([watch.cluster.id, question]);
    return this.#answers.get(key, this.#options.keptMs, signal, (shared) =>
      this.#show(watch, question, shared),
    );
  }

  async #list(
    watch: AskableCluster,
    question: QueriesQuestion,
    signal: AbortSignal,
  ): Promise<QueriesData> {
    const { range, filter, by, sort, limit } = question;
    const window = windowOf(range);
    const replies = await this.#ask(watch, filter, signal, async (asking) => {
      const bounded = await this.#bounded(asking, window, filter);
      const wanted = { ...bounded.question, by, sort, limit: nodeGroups };
      const groups = await this.#groups(asking, bounded, wanted);
      const trend = await asking.rows(trendStatement(bounded.question), bounded.mostRows);
      return { bounded, groups, trend, truncated: groups.length > nodeGroups };
    });
    const groups = mergeGroups(
      by,
      sort,
      rowsOf(replies, (value) => value.groups.slice(0, nodeGroups)),
    );
    const nodes = nodesOf(replies);
    return {
      window: showWindow(window),
      by,
      ...mergeTrend(rowsOf(replies, ({ trend }) => trend)),
      groups: groups.slice(0, limit),
      more: groups.length > limit || nodes.some(({ truncated }) => truncated),
      nodes,
      empty: groups.length > 0 ? null : emptinessOf(nodes, logRowsOf(replies)),
    };
  }

  async #show(
    watch: AskableCluster,
    { range, filter, hash, executions: limit }: QueryQuestion,
    signal: AbortSignal,
  ): Promise<QueryData> {
    const window = windowOf(range);
    const { fullText } = this.#options;
    const replies = await this.#ask(watch, filter, signal, async (asking) => {
      const bounded = await this.#bounded(asking, window, { ...filter, hash });
      const { question, mostRows } = bounded;
      const wanted = { ...question, by: 'fingerprint', sort: 'total', limit: 1 } as const;
      const group = await this.#groups(asking, bounded, wanted);
      const empty: Rows = [];
      if (group.length === 0)
        return {
          bounded,
          group,
          detail: empty,
          errors: empty,
          executions: empty,
          truncated: false,
        };
      const detail = await asking.rows(detailStatement(question), mostRows);
      const errors = await asking.rows(errorsStatement(question), mostRows);
      const options = { limit, fullText };
      const executions = await asking.rows(executionsStatement(question, options), mostRows);
      return { bounded, group, detail, errors, executions, truncated: detail.length > detailRows };
    });
    const [query] = mergeGroups(
      'fingerprint',
      'total',
      rowsOf(replies, ({ group }) => group),
    );
    const nodes = nodesOf(replies);
    return {
      window: showWindow(window),
      hash,
      query: query ?? null,
      ...mergeDetail(rowsOf(replies, ({ detail }) => detail.slice(0, detailRows))),
      errors: mergeErrors(rowsOf(replies, ({ errors }) => errors)),
      executions: mergeExecutions(
        rowsOf(replies, ({ executions }) => executions),
        limit,
      ),
      nodes,
      empty: query ? null : emptinessOf(nodes, logRowsOf(replies)),
    };
  }

  /** With the texts of fingerprints: any of them may be among the first, once nodes are added up. */
  async #groups(asking: NodeAsking, { mostRows }: Bounded, wanted: GroupsQuestion): Promise<Rows> {
    const groups = await asking.rows(groupsStatement(wanted), mostRows);
    const shapes = wanted.by === 'fingerprint' ? shapesStatement(wanted, groups) : undefined;
    return shapes ? withShapes(groups, await asking.rows(shapes, mostRows)) : groups;
  }

  #ask<T>(
    watch: AskableCluster,
    filter: QueryFilter,
    signal: AbortSignal,
    read: (asking: NodeAsking) => Promise<T>,
  ): Promise<NodeReply<T>[]> {
    const { timeoutMs } = this.#options;
    return askNodes(watch, {
      table: 'query_log',
      node: filter.node,
      timeoutMs,
      allowance: this.#allowance,
      // All statements of a view together.
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs * 3)]),
      read,
    });
  }

  /** The part of the window that the node may read. */
  async #bounded(
    asking: NodeAsking,
    window: LogWindow,
    filter: LogQuestion['filter'],
  ): Promise<Bounded> {
    const question = { server: asking.server, window, filter, ownPrefix: monitorQueryPrefix };
    const log = asking.server.tables.get('query_log') ?? new Set<string>();
    const { mostRows: most } = this.#options;
    const mostRows = normalizes(log) ? most : Math.ceil(most / patternShare);
    const sizes = parseSizes(await asking.rows(sizesStatement(question)));
    const inner = narrowed(window, sizes, mostRows);
    const isNarrower = inner.fromSeconds > window.fromSeconds;
    return {
      question: { ...question, window: inner },
      mostRows,
      logRows: sizes.reduce((sum, { rows }) => sum + rows, 0),
      countedFrom: isNarrower ? isoOf(inner.fromSeconds) : undefined,
    };
  }
}

const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const showWindow = ({ fromSeconds, toSeconds, stepSeconds }: LogWindow) => ({
  from: isoOf(fromSeconds),
  to: isoOf(toSeconds),
  stepMs: stepSeconds * 1_000,
});

interface Read {
  readonly bounded: Bounded;
  readonly truncated: boolean;
}

const rowsOf = <T>(replies: readonly NodeReply<T>[], of: (value: T) => Rows): NodeRows[] =>
  replies.flatMap(({ asked, value }) =>
    value === undefined ? [] : [{ node: asked.node, rows: of(value) }],
  );

const logRowsOf = (replies: readonly NodeReply<Read>[]): number =>
  replies.reduce((sum, { value }) => sum + (value?.bounded.logRows ?? 0), 0);

const nodesOf = (replies: readonly NodeReply<Read>[]): AskedNode[] =>
  replies.map(({ asked, value }) => ({
    ...asked,
    ...(value?.bounded.countedFrom === undefined ? {} : { countedFrom: value.bounded.countedFrom }),
    ...(value?.truncated ? { truncated: true } : {}),
  }));
