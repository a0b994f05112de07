import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultReceiverLimits } from './receiver-limits.ts';

/** A default as the table in the documentation writes it. */
function written(name: string, value: number | null): string {
  if (value === null) return 'none';
  if (name.endsWith('Ms')) return `${value / 1_000} s`;
  if (!name.endsWith('Bytes') && name !== 'maxBytesInFlight') return String(value);
  const units: [number, string][] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ];
  const [size, unit] = units.find(([each]) => value % each === 0) ?? [1, 'B'];
  return `${value / size} ${unit}`;
}

test('the documentation has every limit with its default', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../../docs/receivers.md'), 'utf8');
  const rows = docs.split('\n').filter((line) => line.startsWith('| `'));
  for (const [name, value] of Object.entries(defaultReceiverLimits)) {
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``));
    expect(row?.split('|')[2]?.trim(), name).toBe(written(name, value));
  }
});
