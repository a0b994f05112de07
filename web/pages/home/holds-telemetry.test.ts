import { expect, test } from 'vitest';
import { holdsTelemetry } from './holds-telemetry.ts';

test('what Castellan keeps for itself is no telemetry that someone sent', () => {
  const check = (tables: Record<string, number>, expected: boolean) => {
    const stored = Object.entries(tables).map(([table, rows]) => ({ table, rows }));
    expect(holdsTelemetry({ store: { tables: stored } })).toBe(expected);
  };
  check({}, false);
  check({ otel_logs: 0, fleet_samples: 5, castellan_schema_migrations: 3 }, false);
  check({ otel_logs: 1 }, true);
});
