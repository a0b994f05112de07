import { grantStatement } from '../../../core/health/readings/capabilities.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { AskedNode } from '../../../model/fleet/query-insights.ts';
import type { ClusterWatch } from '../collect/cluster-watch.ts';
import { type AskableNode, failedNode, NodeAsking } from './node-asking.ts';
import type { ViewAllowance } from './view-allowance.ts';

/** A cluster as far as a view asks its nodes. */
export type AskableCluster = Pick<ClusterWatch, 'cluster' | 'nodes'> & {
  watches(): readonly AskableNode[];
};

/** What a view asks of each node. */
export interface NodeQuestion<T> {
  /** Table of `system` that it is about. */
  readonly table: 'query_log' | 'processes';
  /** Only this node. */
  readonly node?: string | undefined;
  readonly timeoutMs: number;
  /** Absent where it costs next to nothing. */
  readonly allowance?: ViewAllowance;
  readonly signal: AbortSignal;
  readonly read: (asking: NodeAsking) => Promise<T>;
}

export interface NodeReply<T> {
  readonly asked: AskedNode;
  /** Absent where the node did not answer. */
  readonly value?: T;
}

/**
 * Asks the nodes of a cluster, each on its own; one that cannot be asked says so in its reply.
 * Throws a RequestFailure for a node that there is not.
 */
export async function askNodes<T>(
  watch: AskableCluster,
  question: NodeQuestion<T>,
): Promise<NodeReply<T>[]> {
  const { node } = question;
  const watches = watch.watches().filter((each) => node === undefined || each.node.id === node);
  if (node !== undefined && !watch.nodes.some(({ id }) => id === node))
    throw new RequestFailure('not_found', `there is no node "${node}" in this cluster`, {
      hint: `There are: ${watch.nodes.map(({ id }) => id).join(', ')}.`,
    });
  const unwatched = watch.nodes
    .filter(({ id }) => node === undefined || id === node)
    .filter(({ id }) => !watches.some((each) => each.node.id === id))
    .map(({ id }): NodeReply<T> => ({ asked: notAsked(id, 'offline', whyUnwatched(watch)) }));
  return [
    ...(await Promise.all(watches.map((each) => askNode(watch, each, question)))),
    ...unwatched,
  ];
}

const whyUnwatched = ({ cluster }: AskableCluster): string =>
  cluster.sealed ?? (cluster.paused ? 'The cluster is paused.' : 'It is not watched yet.');

const notAsked = (
  node: string,
  reason: NonNullable<AskedNode['reason']>,
  detail: string,
): AskedNode => ({ node, ok: false, reason, detail, sql: [] });

async function askNode<T>(
  cluster: AskableCluster,
  watch: AskableNode,
  question: NodeQuestion<T>,
): Promise<NodeReply<T>> {
  const { id, online, problem } = watch.node;
  const { table, timeoutMs, signal, allowance } = question;
  const { capabilities } = watch.observation();
  const { username } = cluster.cluster.settings;
  if (!online) return { asked: notAsked(id, 'offline', problem ?? 'It does not answer.') };
  if (!capabilities)
    return { asked: notAsked(id, 'pending', 'What it has was not read yet; try again soon.') };
  const name = `${cluster.cluster.id}/${id}`;
  const waitMs = allowance?.waitMs(name, Date.now()) ?? 0;
  if (waitMs > 0) return { asked: notAsked(id, 'budget', budgetText(waitMs)) };
  const denied = capabilities.denied.get(table);
  if (denied !== undefined)
    return {
      asked: {
        ...notAsked(id, 'grant', `The monitoring user may not read system.${table}.`),
        grant: denied,
      },
    };
  const asking = new NodeAsking({ watch, capabilities, timeoutMs, signal });
  try {
    if (table === 'query_log') await asking.findLog();
    const value = await question.read(asking);
    return { asked: asking.report(), value };
  } catch (error) {
    if (signal.aborted && error === signal.reason)
      return { asked: notAsked(id, 'timeout', 'It did not answer all of it in time.') };
    const { sql } = asking.report();
    return { asked: failedNode(id, error, grantStatement(table, username), sql) };
  } finally {
    allowance?.spend(name, asking.tookMs, Date.now());
  }
}

const budgetText = (waitMs: number): string =>
  `Views of queries took as much of it as they may within five minutes (MONITOR_QUERY_TIME). It is asked again in ${Math.ceil(waitMs / 1_000)} s.`;
