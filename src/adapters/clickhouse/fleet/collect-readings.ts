import {
  type Capabilities,
  type CollectStatement,
  failedReadings,
  type PlanOptions,
  parseAnswer,
  parseVitals,
  planStatements,
  splitStatement,
  type Tier,
  vitalsStatement,
} from '../../../core/health/index.ts';
import type { Reading, VitalsSample } from '../../../model/fleet/reading.ts';
import type { NodeAnswer, NodeClient, RunOptions } from './node-client.ts';
import { NodeError } from './node-error.ts';
import { addressText } from './node-target.ts';

/** What statements cost, as far as it is known. Rows and bytes are 0 on servers that do not tell. */
export interface CollectCost {
  readonly statements: number;
  readonly readRows: number;
  readonly readBytes: number;
  readonly answerBytes: number;
  readonly elapsedMs: number;
  /** Whether every answer said what it cost the server. */
  readonly told: boolean;
}

export interface Vitals {
  readonly sample: VitalsSample;
  readonly cost: CollectCost;
}

/** Takes the vitals of a node. Throws a NodeError: the node counts as not reached. */
export async function collectVitals(
  client: NodeClient,
  capabilities: Capabilities | undefined,
  options: RunOptions = {},
): Promise<Vitals> {
  const sentMs = Date.now();
  const answer = await client.run(vitalsStatement(capabilities), options);
  const sample = parseVitals(answer.rows, { sentMs, receivedMs: Date.now() });
  if (sample) return { sample, cost: addCost(noCost, answer) };
  throw new NodeError('protocol', `${addressText(client.target)} does not say who it is`, {
    hint: 'Is this the HTTP interface of ClickHouse?',
  });
}

export interface Collected {
  /** One for each reading of the tier that was asked or cannot be asked. */
  readonly readings: readonly Reading[];
  readonly cost: CollectCost;
  /** The node went away or fell silent in between; the readings are those before it. */
  readonly failure?: NodeError;
}

/**
 * Takes the readings of one tier. A statement that the server refuses, or whose answer is of no
 * use, is taken apart: one bad reading costs no other. Never throws a NodeError.
 */
export async function collectReadings(
  client: NodeClient,
  tier: Tier,
  capabilities: Capabilities,
  options: RunOptions & { readonly plan?: PlanOptions } = {},
): Promise<Collected> {
  const plan = planStatements(tier, capabilities, Date.now(), options.plan);
  const readings: Reading[] = [...plan.gaps];
  const waiting: CollectStatement[] = [...plan.statements];
  let cost = noCost;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    try {
      const answer = await client.run(next.sql, options);
      cost = addCost(cost, answer);
      readings.push(...parseAnswer(next, answer.rows, Date.now()));
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      cost = { ...cost, statements: cost.statements + 1, told: false };
      if (isAway(error)) return { readings, cost, failure: error };
      if (next.readings.length > 1 && error.layer !== 'timeout')
        waiting.unshift(...splitStatement(next));
      else readings.push(...failures(next, error, client));
    }
  }
  return { readings, cost };
}

/** Without a code the server said nothing: only rubbish (`protocol`) may concern one reading alone. */
const isAway = (error: NodeError): boolean =>
  error.code === undefined && error.layer !== 'protocol';

const failures = (
  statement: CollectStatement,
  error: NodeError,
  client: NodeClient,
): readonly Reading[] =>
  failedReadings(
    statement,
    { code: error.code ?? 0, message: error.message },
    Date.now(),
    client.target.username,
  );

const noCost: CollectCost = {
  statements: 0,
  readRows: 0,
  readBytes: 0,
  answerBytes: 0,
  elapsedMs: 0,
  told: true,
};

const addCost = (sum: CollectCost, answer: NodeAnswer): CollectCost => ({
  statements: sum.statements + 1,
  readRows: sum.readRows + (answer.cost?.readRows ?? 0),
  readBytes: sum.readBytes + (answer.cost?.readBytes ?? 0),
  answerBytes: sum.answerBytes + answer.bodyBytes,
  elapsedMs: sum.elapsedMs + answer.elapsedMs,
  told: sum.told && answer.cost !== undefined,
});
