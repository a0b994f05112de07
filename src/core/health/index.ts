import type { Finding } from '../../model/fleet/finding.ts';
import type { Reading, VitalsSample } from '../../model/fleet/reading.ts';
import type { Coverage, Score } from '../../model/fleet/score.ts';
import { checks, readings, trackedSeries } from './catalogue.ts';
import {
  type EvaluateInput,
  type Evaluation,
  evaluate as evaluateChecks,
} from './evaluate/evaluate.ts';
import type { NodeMemory } from './memory/node-memory.ts';
import * as memory from './memory/node-memory.ts';
import type { Capabilities } from './readings/capabilities.ts';
import { type CollectPlan, type PlanOptions, planTier } from './readings/collect-statement.ts';
import type { Tier } from './readings/reading-definition.ts';
import { vitalsTables } from './readings/vitals.ts';
import { type ScoreExtent, scoreOf as scoreOfChecks } from './score/score.ts';

export { checks, readings } from './catalogue.ts';
export type { EvaluateInput, Evaluation } from './evaluate/evaluate.ts';
export { emptyState, type HealthState } from './evaluate/health-state.ts';
export { markApplies } from './evaluate/marks.ts';
export {
  counterIncreases,
  hasRestarted,
  type NodeMemory,
} from './memory/node-memory.ts';
export type {
  KeeperObservation,
  KeeperSample,
  NodeObservation,
  Unreachable,
} from './observation.ts';
export type { Panel } from './panels/panel.ts';
export { planPanel } from './panels/plan-panel.ts';
export { type Cadence, cadenceOf } from './readings/cadence.ts';
export {
  type Capabilities,
  capabilityStatement,
  parseCapabilities,
  withDenied,
} from './readings/capabilities.ts';
export {
  type CollectPlan,
  type CollectStatement,
  failedReadings,
  gapReading,
  type PlanOptions,
  splitStatement,
} from './readings/collect-statement.ts';
export { parseAnswer } from './readings/parse-answer.ts';
export type { Tier } from './readings/reading-definition.ts';
export { parseVitals, vitalsStatement } from './readings/vitals.ts';
export type { ScoreExtent } from './score/score.ts';

/** Tables of `system` that are read: ask `accessStatement` of those that are not listed. */
export const wantedTables: ReadonlySet<string> = new Set([
  ...vitalsTables,
  ...[...readings.values()].map((reading) => reading.table),
]);

/** The statements of one tier, for all readings, for what a server has; `atMs` dates the gaps. */
export const planStatements = (
  tier: Tier,
  capabilities: Capabilities,
  atMs: number,
  options?: PlanOptions,
): CollectPlan => planTier([...readings.values()], tier, capabilities, atMs, options);

/** The memory of a node that was never read. */
export const emptyMemory = (): NodeMemory => memory.emptyMemory(trackedSeries);

/** Adds what a node answered; also the gaps of a plan, and `failedReadings`. */
export const rememberReadings = (known: NodeMemory, answered: readonly Reading[]): NodeMemory =>
  memory.rememberReadings(known, answered, readings);

/** Adds one sample of vitals. */
export const rememberVitals = (known: NodeMemory, sample: VitalsSample): NodeMemory =>
  memory.rememberVitals(known, sample);

/** Evaluates all checks of the catalogue. */
export const evaluate = (input: Omit<EvaluateInput, 'checks'>): Evaluation =>
  evaluateChecks({ ...input, checks });

/** The score of an evaluation's findings and coverage; `extent.nodes` counts all nodes. */
export const scoreOf = (
  findings: readonly Finding[],
  coverage: Coverage,
  extent: ScoreExtent,
): Score => scoreOfChecks(findings, coverage, extent, checks);
