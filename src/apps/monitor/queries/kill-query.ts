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
  seenStatement,
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

/** The query that is meant, and whom to ask about it. */
interface Target {
  readonly watch: ClusterWatch;
  readonly node: NodeWatch;
  readonly server: LogServer;
  readonly body: KillBody;
}

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
    const target = { watch, body, ...reachable(watch, body.node) };
    const shown = { node: body.node, sql: killStatement(body), dryRun: body.dryRun };
    if (body.dryRun) {
      const { outcome, ...rest } = await this.#trial(target);
      return { ...shown, possible: outcome === 'started', ...rest };
    }
    const settled = await this.#keptTry(target, shown.sql, actor);
    return { ...shown, possible: settled.outcome !== 'refused', ...settled };
  }

  /** Asks the server whether it would do it, without doing it. `started` stands for yes. */
  async #trial(target: Target): Promise<Settled> {
    const { body } = target;
    const objection = this.#objection(body, body.queryId);
    if (objection !== undefined) return { outcome: 'refused', detail: objection };
    try {
      if ((await this.#look(target)) === undefined) return { outcome: 'gone', detail: goneText };
      await this.#ask(target, killTrial(body));
      return { outcome: 'started', detail: 'The server would end exactly this query.' };
    } catch (error) {
      return this.#refusal(target, error);
    }
  }

  async #keptTry(target: Target, sql: string, actor: Actor): Promise<Settled> {
    const { rows, log } = this.#options;
    const { watch, body } = target;
    const refusal = this.#objection(body, body.confirm);
    // What it was about is kept of refused tries, too; where killing is off nobody is asked for it.
    const seen = this.#options.allowed ? await this.#before(target) : { shape: '' };
    const settledBefore: Settled | undefined =
      refusal === undefined ? seen.settled : { outcome: 'refused', detail: refusal };
    const kept = {
      actor: actor.name,
      address: actor.address,
      cluster: watch.cluster.id,
      clusterName: watch.cluster.settings.name,
      node: body.node,
      queryId: body.queryId,
      user: body.user,
      shape: seen.shape,
      sql,
      ...(settledBefore ?? { outcome: 'started' as const, detail: 'The statement is sent.' }),
    };
    const id = await rows.begin(kept, Date.now());
    const settled = settledBefore ?? (await this.#send(target, sql));
    if (settledBefore === undefined) await rows.settle(id, settled.outcome, settled.detail);
    const { actor: who, clusterName, node, queryId } = kept;
    log.warn('query_kill', { who, cluster: clusterName, node, queryId, ...settled });
    return settled;
  }

  #objection(body: KillBody, confirm: string | undefined): string | undefined {
    if (!this.#options.allowed) return killsAreOff;
    return killObjection(body, confirm, monitorQueryPrefix);
  }

  /** What is about to be killed, in words without values; settled where there is nothing to kill. */
  async #before(target: Target): Promise<{ readonly shape: string; readonly settled?: Settled }> {
    try {
      const shape = await this.#look(target);
      if (shape !== undefined) return { shape };
      return { shape: '', settled: { outcome: 'gone', detail: goneText } };
    } catch (error) {
      return { shape: '', settled: failed(error, target.watch) };
    }
  }

  async #send(target: Target, sql: string): Promise<Settled> {
    try {
      const { rows } = await this.#ask(target, sql);
      if (rows.length === 0) return { outcome: 'gone', detail: goneText };
    } catch (error) {
      return this.#refusal(target, error);
    }
    return this.#watchEnd(target);
  }

  /** Old servers answer with nothing at all, which is no JSON, where no query fits any more. */
  async #refusal(target: Target, error: unknown): Promise<Settled> {
    const silent = error instanceof NodeError && error.layer === 'protocol';
    const { settled } = silent ? await this.#before(target) : {};
    return settled ?? failed(error, target.watch);
  }

  async #watchEnd(target: Target): Promise<Settled> {
    const untilMs = performance.now() + watchedMs;
    try {
      while ((await this.#look(target)) !== undefined) {
        if (performance.now() > untilMs) return { outcome: 'pending', detail: pendingText };
        await pause(betweenLooksMs);
      }
      return { outcome: 'killed', detail: 'The query has ended.' };
    } catch (error) {
      const { detail } = failed(error, target.watch);
      return { outcome: 'pending', detail: `The server was told; then it was lost: ${detail}` };
    }
  }

  /** The shape of the query; undefined where it does not run. */
  async #look(target: Target): Promise<string | undefined> {
    const { rows } = await this.#ask(target, seenStatement(target.body, target.server));
    return rows.length === 0 ? undefined : String(rows[0]?.[0]);
  }

  /** Not for the caller to give up: what was begun is carried to its end, and kept. */
  #ask({ node }: Target, sql: string) {
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
    grant: `GRANT KILL QUERY ON *.* TO ${sqlName(username)};\nALTER USER ${sqlName(username)} SETTINGS PROFILE 'castellan_monitor', readonly = 0;`,
  };
}
