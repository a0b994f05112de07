import { expect, test } from 'vitest';
import type { ScorePoint } from '../../api/fleet-shapes.ts';
import { scoreLine } from './score-history.ts';

const point = (at: string, score: number | null): ScorePoint => ({
  at,
  score,
  grade: null,
  coverage: { answered: 1, total: 1 },
  capped: false,
  reasons: [],
});

test('the last score holds until the end of the window', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const check = (points: ScorePoint[], toMs: number, times: number[], values: unknown[]) => {
    const line = scoreLine(points, toMs);
    expect([line.times, line.values]).toEqual([times, values]);
    expect(line.points).toHaveLength(times.length);
  };
  const points = [point('2026-01-01T00:00:00Z', 90), point('2026-01-01T01:00:00Z', null)];
  check([], start, [], []);
  check(points, start + 7_200_000, [start, start + 3_600_000, start + 7_200_000], [90, null, null]);
  check(points, start + 3_600_000, [start, start + 3_600_000], [90, null]);
});
