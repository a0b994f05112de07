import { setTimeout as pause } from 'node:timers/promises';
import { NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';
import { sqlName } from '../../../base/sql-text.ts';
import { monitorQueryPrefix } from '../../../core/health/readings/monitor-query.ts';
import {
  killObjection,
  killStatement,
  killTrial,
  type LogServer,
  parseRunning,
  runningStatement,
  stillRunningStatement,
} from '../../../core/insights/index.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { KillBody, KillData, KillOutcome } from '../../../model/fleet/query-kill.ts';
import type { ClusterWatch } from '../collect/cluster-watch.ts';
import type { NodeWatch } from '../collect/node-watch.ts';
import type { KillRows } from './kill-rows.ts';
import { killsAreOff } from './running-queries.ts';

export interface KillOptions {
  /** Whether the configuration allows it at all. */
  readonly allowed: boolean;
  readonly timeoutMs: number;
  readonly rows: KillRows;
  readonly log: Logger;
}

/** Who asks, as it is kept. */
export interface Actor {
  readonly name: string;
  readonly address: string;
}

interface Settled {
  readonly outcome: KillOutcome;
  readonly detail: string;
  readonly grant?: string;
}

/** How long it is looked whether a query that was told to end has ended. */
const watchedMs = 5_000;
const betweenLooksMs = 250;

/** Kills one running query that a person pointed at; never by itself. */
export class QueryKiller {
  readonly #options: KillOptions;

  constructor(options: KillOptions) {
    this.#options = options;
  }

  /**
   * Says what would be run, or runs it. A try is kept before anything is sent, with how it ended.
   * Throws a RequestFailure for a node that cannot be asked.
   */
  async kill(watch: ClusterWatch, body: KillBody, actor: Actor): Promise<KillData> {
    const { node, server } = reachable(watch, body.node);
    const sql = killStatement(body, server);
    const shown = { node: body.node, sql, dryRun: body.dryRun };
    if (body.dryRun) {
      const { outcome, ...rest } = await this.#trial(watch, node, server, body);
      return { ...shown, possible: outcome === 'started', ...rest };
    }
    const settled = await this.#keptTry(watch, { node, server, sql }, body, actor);
    return { ...shown, possible: settled.outcome !== 'refused', ...settled };
  }

  /** Asks the server whether it would do it, without doing it. `started` stands for yes. */
  async #trial(
    watch: ClusterWatch,
    node: NodeWatch,
    server: LogServer,
    body: KillBody,
  ): Promise<Settled> {
    const objection = this.#objection(body, body.queryId);
    if (objection !== undefined) return { outcome: 'refused', detail: objection };
    try {
      const { rows } = await this.#ask(node, stillRunningStatement(body, server));
      if (Number(rows[0]?.[0]) === 0) return { outcome: 'gone', detail: goneText };
      await this.#ask(node, killTrial(body, server));
      return { outcome: 'started', detail: 'The server would end exactly this query.' };
    } catch (error) {
      return failed(error, watch);
    }
  }

  async #keptTry(
    watch: ClusterWatch,
    target: { readonly node: NodeWatch; readonly server: LogServer; readonly sql: string },
    body: KillBody,
    actor: Actor,
  ): Promise<Settled> {
    const { rows, log } = this.#options;
    const objection = this.#objection(body, body.confirm);
    const shape = objection === undefined ? await this.#shapeOf(target, body) : '';
    const kept = {
      actor: actor.name,
      address: actor.address,
      cluster: watch.cluster.id,
      clusterName: watch.cluster.settings.name,
      node: body.node,
      queryId: body.queryId,
      user: body.user,
      shape,
      sql: target.sql,
      outcome: objection === undefined ? ('started' as const) : ('refused' as const),
      detail: objection ?? 'The statement is sent.',
    };
    const id = await rows.begin(kept, Date.now());
    if (objection !== undefined) return { outcome: 'refused', detail: objection };
    const settled = await this.#send(watch, target, body);
    await rows.settle(id, settled.outcome, settled.detail);
    const { actor: who, node, queryId } = kept;
    log.warn('query_kill', { who, cluster: kept.clusterName, node, queryId, ...settled });
    return settled;
  }

  #objection(body: KillBody, confirm: string | undefined): string | undefined {
    if (!this.#options.allowed) return killsAreOff;
    return killObjection(body, confirm, monitorQueryPrefix);
  }

  /** What is about to be killed, in words without values. */
  async #shapeOf(
    { node, server }: { readonly node: NodeWatch; readonly server: LogServer },
    body: KillBody,
  ): Promise<string> {
    try {
      const { rows } = await this.#ask(node, runningStatement(server, { fullText: false }));
      const running = parseRunning(body.node, rows, monitorQueryPrefix);
      return running.find(({ queryId }) => queryId === body.queryId)?.shape ?? '';
    } catch (error) {
      if (error instanceof NodeError) return '';
      throw error;
    }
  }

  async #send(
    watch: ClusterWatch,
    {
      node,
      server,
      sql,
    }: { readonly node: NodeWatch; readonly server: LogServer; readonly sql: string },
    body: KillBody,
  ): Promise<Settled> {
    try {
      if (!(await this.#runs(node, server, body))) return { outcome: 'gone', detail: goneText };
      await this.#ask(node, sql);
    } catch (error) {
      // Old servers answer with nothing at all where no query fits: it ended just now.
      const silent = error instanceof NodeError && error.layer === 'protocol';
      if (!silent) return failed(error, watch);
    }
    return this.#watchEnd(watch, node, server, body);
  }

  async #watchEnd(
    watch: ClusterWatch,
    node: NodeWatch,
    server: LogServer,
    body: KillBody,
  ): Promise<Settled> {
    const untilMs = performance.now() + watchedMs;
    try {
      while (await this.#runs(node, server, body)) {
        if (performance.now() > untilMs) return { outcome: 'pending', detail: pendingText };
        await pause(betweenLooksMs);
      }
      return { outcome: 'killed', detail: 'The query has ended.' };
    } catch (error) {
      const { detail } = failed(error, watch);
      return { outcome: 'pending', detail: `The server was told; then it was lost: ${detail}` };
    }
  }

  async #runs(node: NodeWatch, server: LogServer, body: KillBody): Promise<boolean> {
    const { rows } = await this.#ask(node, stillRunningStatement(body, server));
    return Number(rows[0]?.[0]) > 0;
  }

  /** Not for the caller to give up: what was begun is carried to its end, and kept. */
  #ask(node: NodeWatch, sql: string) {
    const signal = AbortSignal.timeout(this.#options.timeoutMs * 2);
    return node.questions.ask({ kind: 'kill', sql, signal });
  }
}

const goneText =
  'Nothing was killed: the query has ended, or another one has taken its id since it was seen.';
const pendingText =
  'The server was told to end it, and it still runs: queries look for that only between steps of their work.';

function reachable(
  watch: ClusterWatch,
  wanted: string,
): { readonly node: NodeWatch; readonly server: LogServer } {
  const node = watch.watches().find((each) => each.node.id === wanted);
  if (!node)
    throw new RequestFailure('not_found', `there is no node "${wanted}" in this cluster`, {
      hint: 'GET /api/v1/clusters/{id}/queries/running names the nodes.',
    });
  const server = node.observation().capabilities;
  if (!node.node.online || !server)
    throw new RequestFailure('unavailable', `${wanted} cannot be asked now`, {
      hint: node.node.problem ?? 'It was not read yet.',
      retryAfterSeconds: 5,
    });
  return { node, server };
}

/** READONLY, DATABASE_ACCESS_DENIED, ACCESS_DENIED. */
const deniedCodes: ReadonlySet<number> = new Set([164, 291, 497]);

function failed(error: unknown, { cluster }: ClusterWatch): Settled {
  const { username } = cluster.settings;
  if (!(error instanceof NodeError)) {
    if (error instanceof DOMException)
      return { outcome: 'failed', detail: 'The node did not answer in time.' };
    throw error;
  }
  if (!deniedCodes.has(error.code ?? 0)) return { outcome: 'failed', detail: error.message };
  return {
    outcome: 'refused',
    detail: `${error.message} — the monitoring user needs the right KILL QUERY, and a profile without readonly = 1, which forbids it whatever is granted.`,
    grant: `GRANT KILL QUERY ON *.* TO ${sqlName(username)}; ALTER USER ${sqlName(username)} SETTINGS PROFILE 'castellan_monitor', readonly = 0`,
  };
}
