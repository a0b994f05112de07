import { expect, test } from 'vitest';
import { rowIdentity } from './row-identity.ts';
import { addArrivals, emptyTail, mostTailRows, resumeTail } from './tail-buffer.ts';

const row = (second: number, body = `row ${second}`) => ({
  Timestamp: new Date(second * 1000).toISOString(),
  Body: body,
});
const bodies = (rows: readonly Record<string, unknown>[]) => rows.map(({ Body }) => Body);

test('arrivals come on top, newest first, and none twice', () => {
  const first = addArrivals(emptyTail, [row(1), row(2)], new Set());
  expect(bodies(first.rows)).toEqual(['row 2', 'row 1']);
  const late = addArrivals(first, [row(0)], new Set());
  expect(bodies(late.rows)).toEqual(['row 0', 'row 2', 'row 1']);
  expect(addArrivals(first, [row(5)], new Set([rowIdentity(row(5))]))).toBe(first);
});

test('while paused they wait, and the list is bounded', () => {
  const paused = addArrivals({ ...emptyTail, paused: true }, [row(1)], new Set());
  expect(paused.rows).toEqual([]);
  expect(bodies(resumeTail(paused).rows)).toEqual(['row 1']);
  const many = Array.from({ length: mostTailRows + 1 }, (_, i) => row(i));
  const full = addArrivals({ ...emptyTail, paused: true }, many, new Set());
  expect(full.waiting.length).toBe(mostTailRows);
  expect(full.gap).toMatch(/oldest of them are left out/);
  expect(resumeTail(full).rows.length).toBe(mostTailRows);
});
