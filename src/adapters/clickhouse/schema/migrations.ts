import { type TelemetryTable, telemetryTables } from '../../../model/telemetry/tables.ts';
import { renderRollup, renderTable, renderTraceLookup, rollups, type SchemaTarget } from './ddl.ts';
import { renderSamples } from './sample-ddl.ts';

/**
 * One step of the schema. Every statement is idempotent, so that two copies of Castellan that
 * start at once may both run it, and a step that was cut off may run again.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  statements(target: SchemaTarget): string[];
}

/** In order, never edited after a release: a change is a new migration. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'telemetry tables',
    statements: (target) =>
      (Object.keys(telemetryTables) as TelemetryTable[]).flatMap((table) =>
        renderTable(target, table),
      ),
  },
  {
    version: 2,
    name: 'facet roll-ups and trace lookup',
    statements: (target) => [
      ...rollups.flatMap((rollup) => renderRollup(target, rollup)),
      ...renderTraceLookup(target),
    ],
  },
  { version: 3, name: 'samples of the fleet', statements: renderSamples },
];
