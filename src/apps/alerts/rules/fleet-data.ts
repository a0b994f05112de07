import { type NodeClient, NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Store } from '../../../adapters/clickhouse/store.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { readSlices } from './read-slices.ts';
import type { RuleData } from './rule-data.ts';

/** What of the monitor the rules read. */
export interface WatchedFleet {
  readonly fleet: {
    list(): Promise<
      readonly {
        readonly id: string;
        readonly name: string;
        readonly paused: boolean;
        readonly status: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly nodes: readonly { readonly id: string }[];
      }[]
    >;
    checks(): readonly { readonly id: string }[];
  };
  /** A client of one node of the cluster that answers; undefined where none does. */
  readonly clientOf: (cluster: string) => NodeClient | undefined;
  readonly count: RuleData['count'];
  /** Where the samples are. */
  readonly store: Store;
}

const answerBytes = 4_194_304;

/** The data of rules, from the monitor and the telemetry store. */
export const fleetData = ({
  fleet,
  clientOf,
  count,
  store,
}: WatchedFleet): Omit<RuleData, 'findings'> => ({
  clusters: async () =>
    (await fleet.list()).map(({ id, name, paused, labels, status, nodes }) => ({
      id,
      name,
      paused,
      labels,
      nodes: nodes.map((node) => node.id),
      answers: status === 'online' || status === 'degraded',
    })),
  checks: () => fleet.checks().map((check) => check.id),
  async samples(request, signal) {
    const known = (await fleet.list()).find(({ id }) => id === request.cluster);
    return readSlices(store, { ...request, nodes: known?.nodes.length ?? 0 }, signal);
  },
  count,
  async query(cluster, sql, { timeoutMs }, signal) {
    const client = clientOf(cluster);
    if (!client)
      throw new RequestFailure('unavailable', 'no node of the cluster answers', {
        hint: 'Try again when the cluster is online.',
        retryAfterSeconds: 30,
      });
    try {
      const limits = { responseMs: timeoutMs, totalMs: timeoutMs, answerBytes };
      const { columns, rows, cost } = await client.run(sql, { limits, signal });
      return { columns, rows, ...(cost ? { rowsRead: cost.readRows } : {}) };
    } catch (error) {
      throw asFailure(error);
    }
  },
});

/** What the server objects to is the statement's fault; everything else may pass. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof NodeError)) return error;
  if (error.layer === 'http' || error.layer === 'permission')
    return new RequestFailure(
      'invalid_query',
      `the cluster refuses the statement: ${error.message}`,
      {
        cause: error,
      },
    );
  return new RequestFailure('unavailable', error.message, { cause: error, retryAfterSeconds: 10 });
}
