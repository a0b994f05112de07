import { type NodeAnswer, NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import { sqlName } from '../../../base/sql-text.ts';
import type { Capabilities } from '../../../core/health/index.ts';
import {
  enableQueryLog,
  type LogStatement,
  limited,
  mayChangeSettings,
  normalizes,
  readonlyStatement,
} from '../../../core/insights/index.ts';
import type { AskedNode } from '../../../model/fleet/query-insights.ts';
import type { NodeQuestions } from '../collect/node-questions.ts';
import type { NodeWatch } from '../collect/node-watch.ts';

/** A node does not log what a question needs. */
export class LogLacks extends Error {}

/** Users who may change settings, by what was probed of their server: asked once a probe. */
const settable = new WeakMap<Capabilities, boolean>();

/** READONLY, SETTING_CONSTRAINT_VIOLATION, UNKNOWN_SETTING. */
const refusedSettings: ReadonlySet<number> = new Set([164, 452, 115]);

/** A node as far as a view asks it. */
export type AskableNode = Pick<NodeWatch, 'node' | 'observation'> & {
  readonly questions: Pick<NodeQuestions, 'ask'>;
};

interface AskingOptions {
  readonly watch: AskableNode;
  readonly capabilities: Capabilities;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

type Rows = readonly (readonly unknown[])[];

/** Asks one node for one view, and writes down what was asked and what that took. */
export class NodeAsking {
  readonly #options: AskingOptions;
  readonly #sql: string[] = [];
  #tookMs = 0;
  #rowsRead: number | undefined;
  #server: Capabilities;

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#server = options.capabilities;
  }

  get server(): Capabilities {
    return this.#server;
  }

  get tookMs(): number {
    return this.#tookMs;
  }

  /** Runs a statement within limits that the server keeps, where the user may set any. */
  async rows(statement: LogStatement | string, mostRows?: number): Promise<Rows> {
    const sql = typeof statement === 'string' ? statement : needSql(statement);
    const { timeoutMs, capabilities } = this.#options;
    const bounds = { timeoutMs, ...(mostRows === undefined ? {} : { mostRows }) };
    const bounded = (await this.#maySet()) ? limited(sql, bounds) : sql;
    this.#sql.push(bounded);
    try {
      return (await this.#ask(bounded)).rows;
    } catch (error) {
      const refused = error instanceof NodeError && refusedSettings.has(error.code ?? 0);
      if (!refused || bounded === sql) throw error;
      settable.set(capabilities, false);
      this.#sql.pop();
      return this.rows(sql);
    }
  }

  /** A log that was made after the server was probed: servers make theirs with the first row. */
  async findLog(): Promise<void> {
    const { tables, denied } = this.#server;
    if (tables.has('query_log') || denied.has('query_log')) return;
    const answer = await this.#ask(`SELECT * FROM system.${sqlName('query_log')} LIMIT 0`);
    this.#server = {
      ...this.#server,
      tables: new Map([...tables, ['query_log', new Set(answer.columns)]]),
    };
  }

  /** What the answer says of this node. */
  report(): AskedNode {
    const log = this.#server.tables.get('query_log');
    return {
      node: this.#options.watch.node.id,
      ok: true,
      ...(log ? { normalizedBy: normalizes(log) ? 'server' : 'patterns' } : {}),
      ...(this.#rowsRead === undefined ? {} : { rowsRead: this.#rowsRead }),
      elapsedMs: Math.round(this.#tookMs),
      sql: [...this.#sql],
    };
  }

  async #maySet(): Promise<boolean> {
    const { capabilities } = this.#options;
    const known = settable.get(capabilities);
    if (known !== undefined) return known;
    const may = mayChangeSettings((await this.#ask(readonlyStatement)).rows);
    settable.set(capabilities, may);
    return may;
  }

  async #ask(sql: string): Promise<NodeAnswer> {
    const { watch, signal } = this.#options;
    const startMs = performance.now();
    try {
      const answer = await watch.questions.ask({ kind: 'queries', sql, signal });
      const { cost, elapsedMs } = answer;
      if (cost) this.#rowsRead = (this.#rowsRead ?? 0) + cost.readRows;
      this.#tookMs += cost?.elapsedMs ?? elapsedMs;
      return answer;
    } catch (error) {
      this.#tookMs += performance.now() - startMs;
      throw error;
    }
  }
}

function needSql(statement: LogStatement): string {
  if (statement.ok) return statement.sql;
  throw new LogLacks(`The query_log of this server has nothing to tell "${statement.missing}" by.`);
}

/** Why a node gave no answer, for a person. Throws what is no failure of a node. */
export function failedNode(node: string, error: unknown, grant: string, sql: string[]): AskedNode {
  const failed = { node, ok: false, sql } as const;
  if (error instanceof LogLacks) return { ...failed, reason: 'column', detail: error.message };
  if (!(error instanceof NodeError)) throw error;
  const { code, layer, message } = error;
  if (code === 60) return { ...failed, reason: 'table', detail: enableQueryLog };
  if (code === 497 || code === 291) return { ...failed, reason: 'grant', detail: message, grant };
  if (code === 158 || code === 396)
    return {
      ...failed,
      reason: 'error',
      detail: `${message} Choose a shorter time, or a larger MONITOR_QUERY_ROWS.`,
    };
  if (layer === 'timeout')
    return {
      ...failed,
      reason: 'timeout',
      detail: `${message}. Choose a shorter time, or a longer MONITOR_TIMEOUT.`,
    };
  return { ...failed, reason: 'error', detail: message };
}
