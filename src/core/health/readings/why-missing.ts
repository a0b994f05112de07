import type { Measurement } from '../check.ts';
import type { NodeView } from '../node-view.ts';
import type { ReadingDefinition } from './reading-definition.ts';

/** Why a check has no answer that rests on any one of `readings`: a missing right, or no such table. */
export function whyMissing(
  nodes: readonly NodeView[],
  readings: readonly ReadingDefinition[],
): Measurement {
  for (const { table } of readings)
    for (const { capabilities } of nodes) {
      const grant = capabilities?.denied.get(table);
      if (grant !== undefined)
        return {
          kind: 'unknown',
          reason: `The monitoring user may not read system.${table}.`,
          grant,
        };
    }
  const tables = readings.map(({ table }) => `system.${table}`).join(' and no ');
  const advice = readings.flatMap(({ absent }) => absent ?? []);
  return {
    kind: 'unknown',
    reason: [`There is no ${tables} that could be read.`, ...new Set(advice)].join(' '),
  };
}
