import { expect, test } from 'vitest';
import { holdsTelemetry } from './holds-telemetry.ts';

test('samples of clusters are no telemetry that someone sent', () => {
  const check = (tables: Record<string, number>, expected: boolean) => {
    const stored = Object.entries(tables).map(([table, rows]) => ({ table, rows }));
    expect(holdsTelemetry({ store: { tables: stored } })).toBe(expected);
  };
  check({}, false);
  check({ logs: 0, fleet_samples: 5, fleet_samples_1h: 1 }, false);
  check({ logs: 1 }, true);
});
