import type { Evidence, FindingSubject, Fix } from '../../../model/fleet/finding.ts';
import type { RuleState } from './rule-state.ts';

/** What must be remembered from one evaluation to the next. Plain JSON: it survives a restart. */
export interface HealthState {
  readonly version: 1;
  /** By id of the finding; only subjects of which a rule holds, held lately, or is open. */
  readonly subjects: Readonly<Record<string, SubjectState>>;
  /** By check and node: the sample that was counted last. */
  readonly counted: Readonly<Record<string, number>>;
  /** By check and node: since when there has been no answer. */
  readonly unknownSince: Readonly<Record<string, number>>;
  /** By id of the finding: what explains it, or did a moment ago. */
  readonly causes?: Readonly<Record<string, RememberedCause>>;
}

export interface RememberedCause {
  /** Id of the finding that is the cause. */
  readonly id: string;
  /** When it last was. */
  readonly atMs: number;
}

export interface SubjectState {
  readonly check: string;
  /** Id of the node, '' for checks of a cluster. */
  readonly node: string;
  readonly subject: FindingSubject;
  /** In the order of the check's rules. */
  readonly rules: readonly RuleState[];
  /** What was said when a rule last held; absent until one is open. */
  readonly said?: Said;
}

export interface Said {
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly source: string;
  readonly sql: string;
  readonly fix?: Fix;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export const emptyState: HealthState = {
  version: 1,
  subjects: {},
  counted: {},
  unknownSince: {},
};

/** One key for a check on a node. */
export const pairKey = (check: string, node: string): string => `${check} ${node}`;
