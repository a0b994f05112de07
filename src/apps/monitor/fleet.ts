import type { z } from 'zod';
import type { TableName } from '../../core/health/panels/panel.ts';
import type { TablePanelName } from '../../core/health/panels/table-panels.ts';
import type { ClusterSettings } from '../../model/fleet/cluster.ts';
import type { CostData, HistoryData } from '../../model/fleet/collecting-api.ts';
import type { Finding, Outcome } from '../../model/fleet/finding.ts';
import type {
  CheckData,
  ClusterChange,
  ClusterData,
  ClusterTestBody,
  ClusterTestData,
  FindingDetailData,
  GrantsData,
  Mark,
  MarksData,
  OutcomesData,
  ReadingData,
  ReadingsData,
  ScoreHistoryData,
  SeriesData,
} from '../../model/fleet/fleet-api.ts';
import type { NodeData, PanelData, TableSizeData } from '../../model/fleet/panel-api.ts';
import type { ClusterPanelName, NodePanelName } from './panels/fleet-panels.ts';

/** Half-open, epoch milliseconds. */
export interface MsRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export type KeptMark = z.infer<typeof MarksData>['marks'][number];

/**
 * The fleet as its routes and the rooms beside see it. What does not exist, or cannot be, is a
 * RequestFailure.
 */
export interface Fleet {
  test(body: z.output<typeof ClusterTestBody>, signal: AbortSignal): Promise<ClusterTestData>;
  list(): Promise<ClusterData[]>;
  get(id: string): Promise<ClusterData>;
  add(settings: ClusterSettings): Promise<ClusterData>;
  change(id: string, change: z.output<typeof ClusterChange>): Promise<ClusterData>;
  remove(id: string): Promise<void>;
  /** Reads everything of a cluster now, and evaluates it. */
  collect(id: string, signal: AbortSignal): Promise<ClusterData>;
  /** Open findings of the given outcomes. */
  findings(id: string, outcomes: readonly Outcome[]): Promise<Finding[]>;
  finding(id: string, finding: string): Promise<z.infer<typeof FindingDetailData>>;
  /** Of all nodes, or of one. */
  outcomes(id: string, node?: string): Promise<z.infer<typeof OutcomesData>>;
  score(id: string, range: MsRange): Promise<z.infer<typeof ScoreHistoryData>>;
  marks(id: string): Promise<KeptMark[]>;
  mark(id: string, mark: Mark): Promise<KeptMark>;
  unmark(id: string, mark: string): Promise<void>;
  series(id: string, metric: string, range: MsRange): Promise<z.infer<typeof SeriesData>>;
  readings(id: string): Promise<z.infer<typeof ReadingsData>>;
  reading(id: string, name: string): Promise<z.infer<typeof ReadingData>>;
  cost(id: string): Promise<z.infer<typeof CostData>>;
  history(id: string): Promise<z.infer<typeof HistoryData>>;
  clusterPanel(id: string, panel: ClusterPanelName): Promise<PanelData>;
  node(id: string, node: string): Promise<NodeData>;
  nodePanel(id: string, node: string, panel: NodePanelName): Promise<PanelData>;
  tablePanel(
    id: string,
    table: TableName,
    panel: TablePanelName,
    node: string | undefined,
  ): Promise<PanelData>;
  tableSize(
    id: string,
    table: TableName,
    node: string | undefined,
    range: MsRange,
  ): Promise<TableSizeData>;
  checks(): CheckData[];
  grants(username: string): z.infer<typeof GrantsData>;
  /** Seals all stored passwords anew; returns how many. */
  rotateKey(): Promise<number>;
}
