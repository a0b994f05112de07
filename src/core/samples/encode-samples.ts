import type { VitalsSample } from '../../model/fleet/reading.ts';
import type { TableBlock } from '../../model/telemetry/block.ts';
import { encodeNativeBlock } from './native-block.ts';

/** A row of `fleet_samples`. */
export interface FleetSample {
  readonly cluster: string;
  readonly node: string;
  readonly hostName: string;
  readonly atMs: number;
  readonly startedMs: number;
  /** Since the sample before of the same server; 0 where there is none. */
  readonly elapsedMs: number;
  readonly gauges: ReadonlyMap<string, number>;
  /** How much each counter grew in that time; those that did not are left out. */
  readonly increases: ReadonlyMap<string, number>;
}

/** A jump of the start by more than this is a restart; less is the grain of the server's uptime. */
const restartToleranceMs = 5_000;
/** Beyond this the two samples say nothing about the time between them. */
const longestElapsedMs = 3_600_000;

/**
 * What a vitals sample adds to the one before. Counters are totals since the server's start: after
 * a restart all of a total is new. A sample of another server behind the same address adds nothing.
 */
export function sampleOf(
  cluster: string,
  node: string,
  sample: VitalsSample,
  before: VitalsSample | undefined,
): FleetSample {
  const elapsedMs = before ? sample.atMs - before.atMs : 0;
  const comparable =
    before !== undefined &&
    before.hostName === sample.hostName &&
    elapsedMs > 0 &&
    elapsedMs <= longestElapsedMs;
  const restarted = comparable && sample.startedMs > before.startedMs + restartToleranceMs;
  return {
    cluster,
    node,
    hostName: sample.hostName,
    atMs: sample.atMs,
    startedMs: sample.startedMs,
    elapsedMs: comparable ? elapsedMs : 0,
    gauges: sample.gauges,
    increases: comparable
      ? increasesOf(sample.counters, restarted ? new Map() : before.counters, restarted)
      : new Map(),
  };
}

function increasesOf(
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
  restarted: boolean,
): ReadonlyMap<string, number> {
  const increases = new Map<string, number>();
  for (const [name, value] of now) {
    // The server lists a counter from its first event on: one that is new began at zero.
    const grown = value - (before.get(name) ?? 0);
    // A total that shrank without a restart was reset: all of it is new.
    const increase = grown < 0 && !restarted ? value : grown;
    if (increase > 0) increases.set(name, increase);
  }
  return increases;
}

/** The samples as one block for the spool. */
export function encodeSamples(samples: readonly FleetSample[]): TableBlock<'fleet_samples'> {
  const texts = (name: string, read: (sample: FleetSample) => string) =>
    ({ name, type: 'String', values: samples.map(read) }) as const;
  const times = (name: string, read: (sample: FleetSample) => number) =>
    ({ name, type: 'DateTime64(3)', values: samples.map(read) }) as const;
  const maps = (name: string, read: (sample: FleetSample) => ReadonlyMap<string, number>) =>
    ({ name, type: 'Map(String, Float64)', values: samples.map(read) }) as const;
  const bytes = encodeNativeBlock(samples.length, [
    texts('Cluster', (each) => each.cluster),
    texts('Node', (each) => each.node),
    texts('HostName', (each) => each.hostName),
    times('Time', (each) => each.atMs),
    times('StartedAt', (each) => each.startedMs),
    { name: 'ElapsedMs', type: 'UInt64', values: samples.map((each) => each.elapsedMs) },
    maps('Gauges', (each) => each.gauges),
    maps('Increases', (each) => each.increases),
  ]);
  return { table: 'fleet_samples', rows: samples.length, bytes };
}
