import type { ReadingRow } from '../../../model/fleet/reading.ts';

/** Rows of a log that were written in the minute of the reading, or `agoMinutes` before. */
export const logRows =
  (rows: readonly ReadingRow[], agoMinutes = 0) =>
  (atMs: number): readonly ReadingRow[] =>
    rows.map((row) => ({ minute: (Math.floor(atMs / 60_000) - agoMinutes) * 60, ...row }));
