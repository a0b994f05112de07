const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Where the samples of the fleet lie, the finest first: a point each `stepMs`, for `keptMs`. */
export const sampleTables = [
  { table: 'fleet_samples', stepMs: 0, keptMs: 2 * dayMs },
  { table: 'fleet_samples_1m', stepMs: minuteMs, keptMs: 14 * dayMs },
  { table: 'fleet_samples_10m', stepMs: 10 * minuteMs, keptMs: 90 * dayMs },
  { table: 'fleet_samples_1h', stepMs: 60 * minuteMs, keptMs: 400 * dayMs },
] as const;

export type SampleTable = (typeof sampleTables)[number];
