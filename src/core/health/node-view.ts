import type { FleetNode } from '../../model/fleet/cluster.ts';
import type { VitalsSample } from '../../model/fleet/reading.ts';
import type { ReadingDefinition, RowOf } from './readings/reading-definition.ts';

/** What a check sees of one node at one moment. */
export interface NodeView {
  readonly node: FleetNode;
  readonly nowMs: number;
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
  /** A metric or an asynchronous metric, as it stands. */
  gauge(name: string): number | undefined;
  /**
   * How much an event counter grew in the last `windowMs`, across restarts; undefined where the
   * samples do not reach back half of that, or no sample has the counter.
   */
  increase(name: string, windowMs: number): number | undefined;
  /** Values of a gauge in the last `windowMs`, oldest first. */
  gauges(
    name: string,
    windowMs: number,
  ): readonly { readonly atMs: number; readonly value: number }[];
  /** Median of a counter's increase in an hour over seven days; undefined until it is known. */
  usualPerHour(counter: string): number | undefined;
  /** An effective MergeTree setting of a table (its own, else the server's). */
  mergeTreeSetting(database: string, table: string, setting: string): number | undefined;
  /** A server setting, or the default that the check states. */
  serverSetting(name: string, otherwise: number): number;
}
