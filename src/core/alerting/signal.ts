import type { AlertMatch } from '../../model/alert/alert-match.ts';
import type { FindingSubject, Fix, Severity } from '../../model/fleet/finding.ts';

/** The cluster that something is about. */
export interface ClusterName {
  readonly id: string;
  readonly name: string;
}

/** Whom a signal is for, and when. Durations in milliseconds. */
export interface Route {
  /** Ids of the rules that ask for it. */
  readonly rules: readonly string[];
  /** Ids of channels; empty: all. */
  readonly channels: readonly string[];
  readonly holdMs: number;
  readonly recoverMs: number;
  /** 0: no reminders. */
  readonly repeatMs: number;
}

/** One thing that is wrong now, as a check or a rule says. */
export interface Signal {
  /** Stable while it lasts; unique within its source. */
  readonly key: string;
  /** Key of what explains it. */
  readonly cause?: string;
  /** Id of the check, or `rule:ID`. */
  readonly check: string;
  readonly title: string;
  readonly severity: Severity;
  readonly subject: FindingSubject;
  readonly message: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fix?: Fix;
  /** Absent: nobody asked for it; it can still belong to another one's alert. */
  readonly route?: Route;
}

/** Everything that one source has to say at one moment. What it does not name has passed. */
export interface Observation {
  /** `cluster:ID` or `rule:ID`. */
  readonly source: string;
  readonly cluster?: ClusterName;
  readonly signals: readonly Signal[];
  /** What it cannot see now: signals of this check, of this node, stay as they were. */
  readonly unsure?: readonly { readonly check: string; readonly node?: string }[];
  /** Nothing more will come from it, and why: its alerts end. */
  readonly ended?: string;
}

/** A silence or a maintenance window that holds at the moment. */
export interface Quiet {
  readonly id: string;
  readonly match: AlertMatch;
}
