import type { FleetNode } from '../../model/fleet/cluster.ts';
import type { VitalsSample } from '../../model/fleet/reading.ts';
import type { ShownCertificate, Unreachable } from './observation.ts';
import type { Capabilities } from './readings/capabilities.ts';
import type { ReadingDefinition, RowOf, Tier } from './readings/reading-definition.ts';

/** What a check sees of one node at one moment. */
export interface NodeView {
  readonly node: FleetNode;
  /** The collector's clock: of `vitals.atMs`, of readings and of hold times. */
  readonly nowMs: number;
  /** The same moment by the server's clock: compare what the server dated with this. */
  readonly serverNowMs: number;
  /** Since the server's start; undefined until it answered. */
  readonly uptimeMs: number | undefined;
  /** Newest vitals; undefined where the node does not answer. */
  readonly vitals: VitalsSample | undefined;
  /** Rows of the newest reading; the reading is there, for `needs` asked for it. */
  rows<Definition extends ReadingDefinition>(reading: Definition): readonly RowOf<Definition>[];
  /** The same of a reading that the check can do without; undefined where it is missing. */
  optionalRows<Definition extends ReadingDefinition>(
    reading: Definition,
  ): readonly RowOf<Definition>[] | undefined;
  /**
   * The newest reading and those before it, oldest first; as many as the reading's `keepSamples`
   * says. Empty where it was never read.
   */
  history<Definition extends ReadingDefinition>(
    reading: Definition,
  ): readonly { readonly atMs: number; readonly rows: readonly RowOf<Definition>[] }[];
  /** Why the node cannot be reached; undefined where it can. */
  readonly unreachable: Unreachable | undefined;
  /** What the server has and what the user may read; undefined until it was asked. */
  readonly capabilities: Capabilities | undefined;
  /** What the server showed when it was last connected to; undefined without TLS. */
  readonly certificate: ShownCertificate | undefined;
  /** Statements that would give the monitoring user what it may not read, by table of `system`. */
  readonly missingGrants: ReadonlyMap<string, string>;
  /** A metric or an asynchronous metric, as it stands. */
  gauge(name: string): number | undefined;
  /**
   * How much an event counter grew in the last `windowMs` (an hour at most), across restarts;
   * undefined where the samples do not reach back half of that. `system.events` leaves out counters
   * that are zero: a counter that no sample has is 0 where this server is known to have it (a column
   * of `system.metric_log`, or an event that 18.16 had already), else undefined.
   */
  increase(name: string, windowMs: number): number | undefined;
  /** Values of a gauge in the last `windowMs`, oldest first. */
  gauges(
    name: string,
    windowMs: number,
  ): readonly { readonly atMs: number; readonly value: number }[];
  /** How often the server was started anew in the last `windowMs` (an hour at most), as seen. */
  restarts(windowMs: number): number;
  /** How often a tier is read from this node, in milliseconds. */
  intervalMs(tier: Tier): number;
  /** Median of a counter's increase in an hour over seven days; undefined until it is known. */
  usualPerHour(counter: string): number | undefined;
  /** An effective MergeTree setting of a table (its own, else the server's). */
  mergeTreeSetting(database: string, table: string, setting: string): number | undefined;
  /** A server setting, or the default that the check states. */
  serverSetting(name: string, otherwise: number): number;
}
