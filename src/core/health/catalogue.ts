import type { Check } from './check.ts';
import type { ReadingDefinition } from './readings/reading-definition.ts';
import { settingReadings } from './readings/settings.ts';

/** Every check. A group is an array in its folder; add it here. */
export const checks: readonly Check[] = [];

/** Every reading that a check needs or can use, by name, and the settings that thresholds follow. */
export const readings: ReadonlyMap<string, ReadingDefinition> = new Map(
  [
    ...settingReadings,
    ...checks.flatMap((check) => [
      ...check.needs.map((need) => need.reading),
      ...(check.uses ?? []),
    ]),
  ].map((reading) => [reading.name, reading]),
);

/** Names of counters and gauges whose history some check looks at. */
export const trackedSeries: readonly string[] = [
  ...new Set(checks.flatMap((check) => check.series ?? [])),
].sort();
