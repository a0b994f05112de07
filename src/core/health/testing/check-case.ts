import type { FleetNode } from '../../../model/fleet/cluster.ts';
import type { FindingSubject, Severity } from '../../../model/fleet/finding.ts';
import type { ReadingRow } from '../../../model/fleet/reading.ts';
import type { KeeperSample, ShownCertificate, Unreachable } from '../observation.ts';

/** When every case begins, by all clocks. Times in rows are best computed from `atMs`. */
export const caseStartMs = Date.UTC(2026, 0, 15, 12);

/** Rows of a reading: the same at all times, or what they are at a time (epoch milliseconds). */
type CaseRows = readonly ReadingRow[] | ((atMs: number) => readonly ReadingRow[]);

/** A number that stands, or what it was so many milliseconds ago (0 = now); NaN: it was not told. */
export type CaseNumber = number | ((agoMs: number) => number);

/** What one node says. Everything has a healthy default. */
export interface NodeCase {
  /** `n1:8123`, `n2:8123`, … by place where absent. */
  readonly id?: string;
  readonly node?: Partial<FleetNode>;
  /**
   * Rows by name of the reading; a reading that is not named answers without rows. One that keeps
   * several samples is built by asking the function for each of their times.
   */
  readonly rows?: Readonly<Record<string, CaseRows>>;
  /** Metrics and asynchronous metrics. */
  readonly gauges?: Readonly<Record<string, CaseNumber>>;
  /** Event counters, as totals since the start. */
  readonly counters?: Readonly<Record<string, CaseNumber>>;
  /** Event counters by how much they grew, evenly in the last four minutes; before, they stood still. */
  readonly increases?: Readonly<Record<string, number>>;
  /** Medians of an hour's increase. */
  readonly usual?: Readonly<Record<string, number>>;
  /** Default 30 days. */
  readonly uptimeMs?: number;
  /** How long ago the server was started anew within the last hour; the newest decides its uptime. */
  readonly restartsAgoMs?: readonly number[];
  /** Default 26.7.1.1. */
  readonly version?: string;
  /** How far the server's clock is ahead. Default 0; null: it does not tell. */
  readonly skewMs?: number | null;
  /** How long ago the newest vitals were read. Default 0. */
  readonly vitalsAgoMs?: number;
  readonly unreachable?: Unreachable;
  /** Tables of `system` that the user may not read. */
  readonly denied?: readonly string[];
  readonly certificate?: ShownCertificate;
  /** `merge_tree_settings` of the server, where it is not the reading itself that is given. */
  readonly mergeTreeSettings?: Readonly<Record<string, number | string>>;
  readonly serverSettings?: Readonly<Record<string, number | string>>;
}

export interface KeeperCase {
  readonly id: string;
  /** `mntr` at a time; undefined: it does not answer. A sample each minute of the last hour. */
  readonly mntr: Readonly<Record<string, string>> | ((agoMs: number) => KeeperSample['mntr']);
}

/** What the nodes of a cluster say. */
export interface Situation {
  /** One node; the same as `nodes` of one. */
  readonly node?: NodeCase;
  readonly nodes?: readonly NodeCase[];
  readonly keepers?: readonly KeeperCase[];
}

interface ExpectedFinding {
  readonly severity: Severity;
  /** Parts that the finding's subject must have; others are free. */
  readonly subject?: FindingSubject;
}

export interface CheckCase extends Situation {
  readonly name: string;
  /** What was before, until its findings were open: for rules with `keep`. */
  readonly first?: Situation;
  /** Findings once all hold times have passed, in any order; none: the check is ok. */
  readonly expected: readonly ExpectedFinding[] | 'unknown' | 'not_applicable';
}
