import type { NodeClientOptions } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';
import type { Cadence } from '../../../core/health/index.ts';
import type { WatchedCluster } from '../clusters/cluster-rows.ts';
import type { MarkRows } from '../state/mark-rows.ts';
import type { NodeRows } from '../state/node-rows.ts';
import type { EvaluationTables, Health } from './cluster-evaluation.ts';
import type { DiscoveryLimits } from './discovery-warnings.ts';
import type { HistoryParts } from './node-history.ts';
import type { SampleWriter } from './sample-writer.ts';
import type { StatementGate } from './statement-gate.ts';

/** What all clusters are watched with. */
export interface WatchParts extends EvaluationTables, DiscoveryLimits {
  readonly cadence: Cadence;
  readonly gate: StatementGate;
  readonly client: NodeClientOptions;
  readonly timeoutMs: number;
  readonly cpuShare: number;
  readonly samples: SampleWriter;
  readonly history: HistoryParts;
  readonly nodes: NodeRows;
  readonly marks: MarkRows;
  readonly log: Logger;
  readonly onEvaluated: (cluster: WatchedCluster, health: Health) => void;
}
