import type { z } from 'zod';
import type { State } from '../../../adapters/state/index.ts';
import type { Logger } from '../../../base/log.ts';
import type { CastellanConfig } from '../../../model/config/castellan-config.ts';
import type { QueriesData, QueryData } from '../../../model/fleet/query-insights.ts';
import type {
  KillBody,
  KillData,
  KillsData,
  RunningData,
} from '../../../model/fleet/query-kill.ts';
import type { ClusterWatch } from '../collect/cluster-watch.ts';
import { type Actor, QueryKiller } from './kill-query.ts';
import { KillRows } from './kill-rows.ts';
import { type QueriesQuestion, QueryInsights, type QueryQuestion } from './query-insights.ts';
import { RunningQueries } from './running-queries.ts';

/** The queries of clusters, as their routes see them. What cannot be is a RequestFailure. */
export interface ClusterQueries {
  list(id: string, question: QueriesQuestion, signal: AbortSignal): Promise<QueriesData>;
  show(id: string, question: QueryQuestion, signal: AbortSignal): Promise<QueryData>;
  running(id: string, signal: AbortSignal): Promise<RunningData>;
  kill(id: string, body: KillBody, actor: Actor): Promise<KillData>;
  /** Tries to kill, the newest first. */
  kills(id: string, limit: number): Promise<Kills>;
}

type Kills = z.infer<typeof KillsData>;

interface ClusterQueriesOptions {
  readonly config: CastellanConfig;
  readonly state: State;
  readonly log: Logger;
  /** Throws a RequestFailure for a cluster that there is not. */
  readonly watchOf: (id: string) => ClusterWatch;
}

export function createClusterQueries(options: ClusterQueriesOptions): ClusterQueries {
  const { config, state, log, watchOf } = options;
  const { monitorTimeoutMs: timeoutMs, fullQueryTexts: fullText, killQueries } = config;
  const insights = new QueryInsights({
    timeoutMs,
    keptMs: config.cacheTtlMs,
    mostRows: config.monitorQueryRows,
    mostMs: config.monitorQueryTimeMs,
    fullText,
  });
  const running = new RunningQueries({ timeoutMs, fullText, kills: killQueries });
  const rows = new KillRows(state);
  const killer = new QueryKiller({ allowed: killQueries, timeoutMs, rows, log });
  return {
    list: async (id, question, signal) => insights.list(watchOf(id), question, signal),
    show: async (id, question, signal) => insights.show(watchOf(id), question, signal),
    running: async (id, signal) => running.list(watchOf(id), signal),
    kill: async (id, body, actor) => killer.kill(watchOf(id), body, actor),
    kills: async (id, limit) => ({ kills: await rows.list(watchOf(id).cluster.id, limit) }),
  };
}
