import { type Column, type TelemetryTable, telemetryTables } from './tables.ts';

/** Every table that rows reach through the spool: telemetry, and the samples of the fleet. */
export type SpooledTable = TelemetryTable | 'fleet_samples';

const zstd = 'ZSTD(1)';
const label = (name: string): Column => ({ name, type: 'LowCardinality(String)', codec: zstd });
const numbers = (name: string): Column => ({
  name,
  type: 'Map(String, Float64)',
  codec: zstd,
});

/**
 * One row for a node and a sample. `Gauges` are values as they stood; `Increases` is how much the
 * event counters grew in the `ElapsedMs` before, without those that did not.
 */
const sampleColumns: readonly Column[] = [
  label('Cluster'),
  label('Node'),
  label('HostName'),
  { name: 'Time', type: 'DateTime64(3)', codec: `Delta(8), ${zstd}` },
  { name: 'StartedAt', type: 'DateTime64(3)', codec: zstd },
  { name: 'ElapsedMs', type: 'UInt64', codec: zstd },
  numbers('Gauges'),
  numbers('Increases'),
];

/** The columns of each table. */
export const spooledTables: Readonly<Record<SpooledTable, readonly Column[]>> = {
  ...telemetryTables,
  fleet_samples: sampleColumns,
};
