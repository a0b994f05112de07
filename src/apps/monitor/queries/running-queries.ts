import { monitorQueryPrefix } from '../../../core/health/readings/monitor-query.ts';
import { parseRunning, runningRows, runningStatement } from '../../../core/insights/index.ts';
import type { RunningData } from '../../../model/fleet/query-kill.ts';
import { type AskableCluster, askNodes } from './ask-nodes.ts';
import { SharedAnswers } from './shared-answers.ts';

export interface RunningOptions {
  readonly timeoutMs: number;
  readonly fullText: boolean;
  /** Whether people may kill queries from here. */
  readonly kills: boolean;
}

/** Viewers who look at the same time share one look at the nodes. */
const keptMs = 1_000;

/** What runs on the nodes of a cluster now. */
export class RunningQueries {
  readonly #options: RunningOptions;
  readonly #answers = new SharedAnswers();

  constructor(options: RunningOptions) {
    this.#options = options;
  }

  list(watch: AskableCluster, signal: AbortSignal): Promise<RunningData> {
    return this.#answers.get(watch.cluster.id, keptMs, signal, (shared) =>
      this.#read(watch, shared),
    );
  }

  async #read(watch: AskableCluster, signal: AbortSignal): Promise<RunningData> {
    const { timeoutMs, fullText, kills } = this.#options;
    const replies = await askNodes(watch, {
      table: 'processes',
      timeoutMs,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs * 2)]),
      read: (asking) => asking.rows(runningStatement(asking.server, { fullText })),
    });
    return {
      at: new Date().toISOString(),
      queries: replies
        .flatMap(({ asked, value }) => parseRunning(asked.node, value ?? [], monitorQueryPrefix))
        .sort((a, b) => b.elapsedMs - a.elapsedMs),
      nodes: replies.map(({ asked, value }) => ({
        node: asked.node,
        ok: asked.ok,
        sql: asked.sql.join(';\n'),
        ...(asked.detail === undefined ? {} : { detail: asked.detail }),
        ...(asked.grant === undefined ? {} : { grant: asked.grant }),
        ...((value?.length ?? 0) > runningRows ? { truncated: true } : {}),
      })),
      killing: {
        enabled: kills,
        detail: kills ? 'Killing a query asks for a confirmation, and is kept.' : killsAreOff,
      },
    };
  }
}

export const killsAreOff =
  'Killing queries from here is off: CASTELLAN_KILL_QUERIES=on lets whoever may use the API do it.';
