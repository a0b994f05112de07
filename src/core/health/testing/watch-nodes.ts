import type { Finding } from '../../../model/fleet/finding.ts';
import type { Check } from '../check.ts';
import { type Evaluation, evaluate } from '../evaluate/evaluate.ts';
import {
  emptyMemory,
  type NodeMemory,
  rememberReadings,
  rememberVitals,
} from '../memory/node-memory.ts';
import type { KeeperObservation, NodeObservation } from '../observation.ts';
import {
  accessStatement,
  type Capabilities,
  capabilityStatement,
  parseCapabilities,
  withDenied,
} from '../readings/capabilities.ts';
import { failedReadings, planTier, splitStatement } from '../readings/collect-statement.ts';
import { parseAnswer } from '../readings/parse-answer.ts';
import { parseVitals, vitalsStatement } from '../readings/vitals.ts';
import { readingsOf } from './observe-case.ts';

/** A real server, by a function that runs a statement; a failure carries the server's words. */
export interface WatchedNode {
  readonly id: string;
  readonly rows: (sql: string) => unknown[][] | Promise<unknown[][]>;
  /** Name in the statements that would give a missing right. */
  readonly user?: string;
  /** How long the server has been up when the watch begins, where its own start is too recent. */
  readonly uptimeMs?: number;
  /** What the collector would add, such as a certificate. */
  readonly observation?: Partial<NodeObservation> | (() => Partial<NodeObservation>);
}

/** What the Keeper servers say at a time of the checks' clock, with what they said before. */
export type WatchKeepers = (nowMs: number) => Promise<readonly KeeperObservation[]>;

/** Checks over real servers: each round reads everything and evaluates. */
export interface Watch {
  /**
   * Reads all tiers of all nodes, as often as said, with a minute between rounds by the checks'
   * clock; the servers' own clocks run on as they do.
   */
  rounds(count?: number): Promise<Evaluation>;
  /** Lets time pass, by all clocks, without reading anything: what logs remember grows old. */
  later(ms: number): void;
  /** Open findings of the last round, without those that only say that there is no answer. */
  findings(): readonly Finding[];
  /** What a check said at last: `ok`, `warning`, `unknown`, … and why. */
  outcome(check: string, node?: string): string;
}

const tiers = ['state', 'slow', 'parts', 'daily', 'logs'] as const;
const minuteMs = 60_000;

export function watchNodes(
  nodes: readonly WatchedNode[],
  checks: readonly Check[],
  keepers: WatchKeepers = () => Promise.resolve([]),
): Watch {
  const definitions = new Map(
    checks.flatMap((check) => readingsOf(check)).map((each) => [each.name, each] as const),
  );
  const tracked = [...new Set(checks.flatMap((check) => check.series ?? []))];
  const memories = new Map<string, NodeMemory>();
  const beganMs = Date.now();
  let nowMs = beganMs;
  let passedMs = 0;
  let last: Evaluation | undefined;

  const ask = async (node: WatchedNode, sql: string): Promise<unknown[][]> => node.rows(sql);

  async function observe(node: WatchedNode): Promise<NodeObservation> {
    const capabilities = await capabilitiesOf(node);
    const exchange = { sentMs: nowMs, receivedMs: nowMs };
    const sample = parseVitals(await ask(node, vitalsStatement(capabilities)), exchange);
    if (!sample) throw new Error(`${node.id} gave no vitals`);
    const startedMs = node.uptimeMs === undefined ? sample.startedMs : beganMs - node.uptimeMs;
    const known = memories.get(node.id) ?? emptyMemory(tracked);
    const { clock } = sample;
    let memory = rememberVitals(known, {
      ...sample,
      startedMs,
      ...(clock && { clock: { ...clock, skewMs: clock.skewMs + passedMs } }),
    });
    for (const tier of tiers) {
      const plan = planTier([...definitions.values()], tier, capabilities, nowMs);
      memory = rememberReadings(memory, plan.gaps, definitions);
      for (const statement of plan.statements.flatMap(splitStatement)) {
        const answered = await ask(node, statement.sql).then(
          (rows) => parseAnswer(statement, rows, nowMs),
          (error: Error) => {
            const code = Number(/Code: (\d+)/.exec(error.message)?.[1] ?? 0);
            const failure = { code, message: error.message };
            return failedReadings(statement, failure, nowMs, node.user ?? 'castellan');
          },
        );
        memory = rememberReadings(memory, answered, definitions);
      }
    }
    memories.set(node.id, memory);
    const [host = '', port = '0'] = node.id.split(':');
    return {
      node: {
        id: node.id,
        host,
        port: Number(port),
        hostName: sample.hostName,
        version: sample.version,
        online: true,
      },
      memory,
      capabilities,
      ...(typeof node.observation === 'function' ? node.observation() : node.observation),
    };
  }

  async function capabilitiesOf(node: WatchedNode): Promise<Capabilities> {
    const found = parseCapabilities(await ask(node, capabilityStatement));
    const denied: string[] = [];
    for (const { table } of definitions.values()) {
      if (found.tables.has(table)) continue;
      const words = await ask(node, accessStatement(table)).then(
        () => '',
        (error: Error) => error.message,
      );
      if (/Code: (497|291)\b/.test(words)) denied.push(table);
    }
    return withDenied(found, denied, node.user);
  }

  return {
    async rounds(count = 1) {
      for (let round = 0; round < count; round++) {
        nowMs += minuteMs;
        const observed = await Promise.all(nodes.map(observe));
        last = evaluate({
          previous: last?.state,
          cluster: { nodes: observed, keepers: await keepers(nowMs) },
          marks: [],
          nowMs,
          checks,
        });
      }
      if (!last) throw new Error('no round was run');
      return last;
    },
    later(ms) {
      nowMs += ms;
      passedMs += ms;
    },
    findings: () => (last?.findings ?? []).filter((each) => each.outcome !== 'unknown'),
    outcome(check, node) {
      const found = last?.outcomes.find(
        (each) => each.check === check && (node === undefined || each.node === node),
      );
      return found ? [found.outcome, found.reason].filter(Boolean).join(': ') : 'not evaluated';
    },
  };
}
