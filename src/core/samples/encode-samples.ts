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
