import type { FindingSubject, Fix, Severity } from '../../model/fleet/finding.ts';
import type { Dimension } from '../../model/fleet/score.ts';
import type { ClusterView } from './cluster-view.ts';
import type { NodeView } from './node-view.ts';
import type { ObjectKind } from './readings/object-kinds.ts';
import type { ReadingDefinition } from './readings/reading-definition.ts';
import type { Release } from './releases.ts';

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
  /**
   * Columns without which there is no answer: what `measure` relies on. All columns of the reading
   * where absent, so name them as soon as the check can do without one.
   */
  readonly columns?: readonly string[];
  /** What it means that the server has no such table. */
  readonly absent: 'unknown' | 'not_applicable';
  /** The release that brought the table: servers before it answer the check without. */
  readonly since?: Release;
}

/** What a node must have for a check to apply to it. */
export interface About {
  /** Where what the check reads is missing on a server before this, there is nothing to see. */
  readonly since?: Release;
  /** Where a server has none of these, there is nothing to see. */
  readonly objects?: ObjectKind;
}

/**
 * How it is known that a check works. `fault`: a fault made on a real server fires and clears it.
 * `sql`: its statements are executed on a real engine over seeded tables. `rows`: recorded rows
 * only, and why nothing more is possible here.
 */
export type Proof =
  | { readonly kind: 'fault' | 'sql' }
  | { readonly kind: 'rows'; readonly reason: string };

interface CheckBase {
  /** kebab-case, stable. */
  readonly id: string;
  /** Number in the published catalogue. */
  readonly number: number;
  readonly title: string;
  readonly group: CheckGroup;
  readonly dimension: Dimension;
  /**
   * Where a node cannot have what the check is about, the check does not apply. Leave it out where
   * the condition may exist unseen: not seeing it is `unknown`.
   */
  readonly about?: About;
  readonly needs: readonly Need[];
  /** Readings that `measure` asks for by `optionalRows`: taken where they can be. */
  readonly uses?: readonly ReadingDefinition[];
  /**
   * Names given to `increase` and `gauges`: their history is kept for an hour. Asking for another
   * one throws. `gauge`, the newest value, needs no entry.
   */
  readonly series?: readonly string[];
  /** The severest first. */
  readonly rules: readonly Rule[];
  /** Why it matters, in a sentence or two. */
  readonly explanation: string;
  /** What usually lies behind it, the likeliest first. */
  readonly causes: readonly string[];
  readonly proof: Proof;
  /** Measures nodes that do not answer, too (or a cluster of which none does); else it is unknown. */
  readonly offline?: boolean;
  /**
   * Samples in a row that open and close a finding. A sample is a new reading of any of the needs
   * (new vitals, where there are none). Default 2 and 3; 1 and 1 where every need is read rarely
   * (tiers `parts` and `daily`).
   */
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
  /**
   * Pure: compares the nodes of a cluster. Needs are those of each node that answered: `answering`
   * has the nodes that met all of them. Unknown where none did.
   */
  readonly measure: (cluster: ClusterView) => Measurement;
}

export type Check = NodeCheck | ClusterCheck;

/** What a server needs after its start to load, to connect and to catch up. */
export const restartGraceMs = 600_000;

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
type CheckGroup = (typeof checkGroups)[number];

export const measured = (items: readonly Measured[]): Measurement => ({ kind: 'measured', items });
export const unknown = (reason: string): Measurement => ({ kind: 'unknown', reason });
export const notApplicable = (reason: string): Measurement => ({ kind: 'not_applicable', reason });
