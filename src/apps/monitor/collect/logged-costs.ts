import type { NodeMemory } from '../../../core/health/index.ts';

/** What one of the monitor's statements takes on average, by the server's query log. */
export interface LoggedCost {
  /** Processor time; undefined where the server counts none. */
  readonly cpuMs: number | undefined;
  readonly readRows: number;
  readonly readBytes: number;
}

/** By what the statements are for. Empty where the server keeps no log. */
export function loggedCosts({
  readings,
}: Pick<NodeMemory, 'readings'>): ReadonlyMap<string, LoggedCost> {
  const rows = readings.get('own_statements')?.at(-1)?.rows ?? [];
  return new Map(
    rows.flatMap((row) => {
      const statements = Number(row.statements);
      if (typeof row.kind !== 'string' || !(statements > 0)) return [];
      const each = (cell: unknown) => Number(cell ?? 0) / statements;
      const cpuMs = each(row.cpuMicroseconds) / 1_000;
      const cost: LoggedCost = {
        cpuMs: cpuMs > 0 ? cpuMs : undefined,
        readRows: each(row.readRows),
        readBytes: each(row.readBytes),
      };
      return [[row.kind, cost] as const];
    }),
  );
}
