import type { Check, ClusterCheck, NodeCheck } from '../check.ts';
import type { KeeperObservation, NodeObservation } from '../observation.ts';
import type { Cadence } from '../readings/cadence.ts';
import { type Answer, answerOf, type NoAnswer, objectionOf } from './answer.ts';
import { type Inapplicable, inapplicable } from './applicability.ts';
import { viewNode } from './observed-node.ts';

/** One check on one node, or on the cluster as a whole (node ''), with what it said. */
export interface CheckedPair {
  readonly check: Check;
  readonly node: string;
  readonly answer: Answer | NoAnswer;
  /** Why there can be nothing to find; undefined where there may be. */
  readonly inapplicable?: Inapplicable;
  /** The statements that read the values, for "Show SQL". */
  readonly sql: string;
}

interface Cluster {
  readonly nodes: readonly NodeObservation[];
  readonly keepers: readonly KeeperObservation[];
}

/** Every check on everything that it looks at. */
export function pairsOf(
  checks: readonly Check[],
  cluster: Cluster,
  cadence: Cadence,
  nowMs: number,
): readonly CheckedPair[] {
  return checks.flatMap((check) =>
    check.scope === 'cluster'
      ? [clusterPair(check, cluster, cadence, nowMs)]
      : cluster.nodes.map((observation) => nodePair(check, observation, cadence, nowMs)),
  );
}

function nodePair(
  check: NodeCheck,
  observation: NodeObservation,
  cadence: Cadence,
  nowMs: number,
): CheckedPair {
  const objection = objectionOf(check, observation, cadence, nowMs);
  const answer =
    objection ??
    answerOf(
      check,
      check.measure(viewNode(observation, check, cadence, nowMs)),
      [observation],
      nowMs,
    );
  const without = inapplicable(check.about, observation, cadence, nowMs);
  return {
    check,
    node: observation.node.id,
    answer,
    ...(without && { inapplicable: without }),
    sql: sqlOf(check, observation),
  };
}

function clusterPair(
  check: ClusterCheck,
  { nodes, keepers }: Cluster,
  cadence: Cadence,
  nowMs: number,
): CheckedPair {
  const asked = nodes.map((observation) => ({
    observation,
    objection: objectionOf(check, observation, cadence, nowMs),
    view: viewNode(observation, check, cadence, nowMs),
  }));
  const answering = asked.filter((each) => each.objection === undefined);
  const objections = asked.flatMap((each) => each.objection ?? []);
  const sql = asked[0] ? sqlOf(check, (answering[0] ?? asked[0]).observation) : '';
  const blocked = answering.length === 0 ? worstObjection(objections) : undefined;
  const answer =
    blocked ??
    answerOf(
      check,
      check.measure({
        nowMs,
        nodes: asked.map((each) => each.view),
        answering: answering.map((each) => each.view),
        keepers,
      }),
      answering.map((each) => each.observation),
      nowMs,
      new Set(asked.flatMap((each) => (each.objection ? [each.observation.node.id] : []))),
    );
  // Of nodes that do not answer nothing is known: those that do decide.
  const known = asked.filter(({ objection }) => !objection?.unreachable);
  const without = known.map((each) => inapplicable(check.about, each.observation, cadence, nowMs));
  return {
    check,
    node: '',
    answer,
    ...(without[0] && without.every(Boolean) && { inapplicable: without[0] }),
    sql,
  };
}

/** Unknown before not applicable, and what a person can do something about before the rest. */
const worstObjection = (objections: readonly NoAnswer[]): NoAnswer | undefined =>
  objections.find((each) => each.kind === 'unknown' && !each.quiet) ??
  objections.find((each) => each.kind === 'unknown') ??
  objections[0];

function sqlOf(check: Check, { memory }: NodeObservation): string {
  const statements = check.needs.flatMap(({ reading }) => {
    const sql = memory.readings.get(reading.name)?.at(-1)?.sql;
    return sql === undefined || sql === '' ? [] : [sql];
  });
  if (check.series && check.series.length > 0) {
    const names = check.series.map((name) => `'${name}'`).join(', ');
    statements.push(`SELECT event AS name, value FROM system.events WHERE event IN (${names})`);
  }
  return [...new Set(statements)].join(';\n');
}
