import { NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import { type Capabilities, parseVitals, vitalsStatement } from '../../../core/health/index.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import type { OnCost } from './node-budget.ts';
import type { NodeQuestions } from './node-questions.ts';

export interface VitalsRequest {
  /** `host:port`. */
  readonly node: string;
  readonly capabilities: Capabilities | undefined;
  readonly signal: AbortSignal;
  readonly onCost: OnCost | undefined;
}

/** Asks a node for its vitals. Throws a NodeError where it gives none. */
export async function readVitals(
  questions: NodeQuestions,
  { node, capabilities, signal, onCost }: VitalsRequest,
): Promise<VitalsSample> {
  await questions.ping(signal);
  let sentMs = Date.now();
  const answer = await questions.ask({
    kind: 'vitals',
    sql: vitalsStatement(capabilities),
    signal,
    onTurn: () => {
      sentMs = Date.now();
    },
    onCost,
  });
  const sample = parseVitals(answer.rows, { sentMs, receivedMs: Date.now() });
  if (sample) return sample;
  throw new NodeError('protocol', `${node} does not say who it is`);
}
