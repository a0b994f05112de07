import type { SampleSlices } from '../../../core/alerting/index.ts';
import type { Finding } from '../../../model/fleet/finding.ts';
import type { CountedSearch, SearchCounts } from '../../../model/telemetry/counted-search.ts';

/** Half-open, epoch milliseconds. */
export interface MsRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface KnownCluster {
  readonly id: string;
  readonly name: string;
  readonly paused: boolean;
  /** Whether one of its nodes is reached at present. */
  readonly answers: boolean;
  /** Ids of its nodes. */
  readonly nodes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface SampleRequest extends MsRange {
  readonly cluster: string;
  /** `gauge:NAME` or `rate:NAME`. */
  readonly metric: string;
  /** Width of the slices that are wanted; old samples may only be told in wider ones. */
  readonly sliceMs: number;
}

/** What the samples of each node say, by slice. */
export interface NodeSlices extends Omit<SampleSlices, 'slices'> {
  readonly nodes: readonly {
    readonly node: string;
    readonly slices: SampleSlices['slices'];
  }[];
}

export interface StatementRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Rows that the server read; undefined where it does not tell. */
  readonly rowsRead?: number;
}

/** A finding that was open for a while; `toMs` is absent while it is. */
export interface PastFinding {
  readonly clusterId: string;
  readonly finding: Finding;
  readonly fromMs: number;
  readonly toMs?: number;
}

/** What rules read: given by the rooms that have it. What fails is a RequestFailure. */
export interface RuleData {
  clusters(): Promise<readonly KnownCluster[]>;
  /** Ids of all checks. */
  checks(): readonly string[];
  /** Samples of a metric, by node. */
  samples(request: SampleRequest, signal: AbortSignal): Promise<NodeSlices>;
  /** Runs a statement that only reads, on one node that answers. */
  query(
    cluster: string,
    sql: string,
    limits: { readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<StatementRows>;
  /** Rows of a search by slice of time. */
  count(search: CountedSearch, signal: AbortSignal): Promise<SearchCounts>;
  /** Findings that were open at some time of the range. */
  findings(range: MsRange): Promise<readonly PastFinding[]>;
}
