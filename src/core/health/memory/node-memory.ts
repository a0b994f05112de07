import type { Reading, VitalsSample } from '../../../model/fleet/reading.ts';

/** What is remembered of one host's counters and gauges at one moment. */
export interface SeriesPoint {
  readonly atMs: number;
  /** The server was started anew since the point before: its counters began at zero. */
  readonly restarted: boolean;
  /** By place in `NodeMemory.tracked`; undefined where the server did not tell. */
  readonly values: readonly (number | undefined)[];
}

/** Everything of one node that the checks look back at; bounded in time and in width. */
export interface NodeMemory {
  /** Names whose history is kept. */
  readonly tracked: readonly string[];
  /** Newest vitals, in full. */
  readonly newest: VitalsSample | undefined;
  /** By hostName: several servers can answer at one address. */
  readonly series: ReadonlyMap<string, readonly SeriesPoint[]>;
  /** By name of the reading, oldest first. */
  readonly readings: ReadonlyMap<string, readonly Reading[]>;
  /** When the server was seen to have been started anew, in the last hour. */
  readonly restartsMs: readonly number[];
}

export type { Reading, VitalsSample };
