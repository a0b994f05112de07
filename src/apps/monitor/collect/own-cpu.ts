import type { NodeMemory } from '../../../core/health/index.ts';

/**
 * Processor time of one of the monitor's statements by what they are for, in milliseconds, by the
 * server's query log. Empty where the server keeps none, or counts no time.
 */
export function ownCpu({ readings }: Pick<NodeMemory, 'readings'>): ReadonlyMap<string, number> {
  const rows = readings.get('own_statements')?.at(-1)?.rows ?? [];
  return new Map(
    rows.flatMap(({ kind, statements, cpuMicroseconds }) =>
      typeof kind === 'string' && Number(statements) > 0 && Number(cpuMicroseconds) > 0
        ? [[kind, Number(cpuMicroseconds) / 1_000 / Number(statements)] as const]
        : [],
    ),
  );
}
