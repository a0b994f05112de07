import type { FindingSubject, Fix, Severity } from '../../model/fleet/finding.ts';
import type { Dimension } from '../../model/fleet/score.ts';
import type { ClusterView } from './cluster-view.ts';
import type { NodeView } from './node-view.ts';
import type { ReadingDefinition } from './readings/reading-definition.ts';

/** A value that was measured for a subject; undefined: this server cannot tell. */
export type Value = number | string | boolean | undefined;

/** One subject of a check with everything that its rules compare. */
export interface Measured {
  readonly subject: FindingSubject;
  readonly values: Readonly<Record<string, Value>>;
}

/** What a check found where it looked. */
export type Measurement =
  | { readonly kind: 'measured'; readonly items: readonly Measured[] }
  | { readonly kind: 'unknown'; readonly reason: string; readonly grant?: string }
  | { readonly kind: 'not_applicable'; readonly reason: string };

/** A bound: a constant, or another value of the same subject (a table's own setting, say). */
export type Bound = number | string | boolean | { readonly value: string; readonly times?: number };

/** One comparison. It holds for no value that is undefined. */
export interface Condition {
  /** Name of one of the measured values. */
  readonly value: string;
  readonly is: 'above' | 'at least' | 'below' | 'at most' | 'equal to' | 'not';
  readonly than: Bound;
}

/** When a subject is in which state. The first rule of a check that holds decides. */
export interface Rule {
  readonly severity: Severity;
  /** All of them hold. */
  readonly all: readonly Condition[];
  /** How long they hold before the finding opens, beside two samples in a row. */
  readonly holdMs?: number;
  /** Once open, it stays open until this fails as well. */
  readonly keep?: readonly Condition[];
  /** Who says so: a document of ClickHouse, a published rule, or `guideline` for our own. */
  readonly source: string;
  readonly message: (item: Measured) => string;
}

/** What a check must read to have an answer. */
export interface Need {
  readonly reading: ReadingDefinition;
  /** Columns without which there is no answer; all of what `measure` relies on. */
  readonly columns?: readonly string[];
  /** What it means that the server has no such table. */
  readonly absent: 'unknown' | 'not_applicable';
}

interface CheckBase {
  /** kebab-case, stable. */
  readonly id: string;
  /** Number in the published catalogue. */
  readonly number: number;
  readonly title: string;
  readonly group: CheckGroup;
  readonly dimension: Dimension;
  readonly needs: readonly Need[];
  /** Readings that it uses where they are there, through `optionalRows`. */
  readonly uses?: readonly ReadingDefinition[];
  /** The severest first. */
  readonly rules: readonly Rule[];
  /** Why it matters, in a sentence or two. */
  readonly explanation: string;
  /** What usually lies behind it, the likeliest first. */
  readonly causes: readonly string[];
  /** Samples in a row that open and close a finding. Default 2 and 3. */
  readonly samples?: { readonly open: number; readonly close: number };
  /** How long after a server's start it says nothing. Default: not at all. */
  readonly graceMs?: number;
  readonly fix?: (item: Measured, severity: Severity) => Fix | undefined;
}

export interface NodeCheck extends CheckBase {
  readonly scope: 'node';
  /** Pure: measures one node. Called only when every need has its rows. */
  readonly measure: (node: NodeView) => Measurement;
}

export interface ClusterCheck extends CheckBase {
  readonly scope: 'cluster';
  /** Pure: compares the nodes of a cluster. Needs are those of each node that answered. */
  readonly measure: (cluster: ClusterView) => Measurement;
}

export type Check = NodeCheck | ClusterCheck;

export const checkGroups = [
  'reachability',
  'replication',
  'keeper',
  'parts',
  'storage',
  'resources',
  'workload',
  'integrations',
  'drift',
  'security',
] as const;
export type CheckGroup = (typeof checkGroups)[number];

export const measured = (items: readonly Measured[]): Measurement => ({ kind: 'measured', items });
export const unknown = (reason: string): Measurement => ({ kind: 'unknown', reason });
export const notApplicable = (reason: string): Measurement => ({ kind: 'not_applicable', reason });
