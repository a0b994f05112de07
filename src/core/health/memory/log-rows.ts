import type { Reading, ReadingRow } from '../../../model/fleet/reading.ts';

/** Rows of a log reading at most; the oldest minutes go first. */
const rowLimit = 20_000;

/**
 * A log reading with the minutes that were read before. Logs only grow, and each reading begins at
 * the start of a minute, so the newest rows of a minute are all of it: they replace the older ones
 * from that minute on. `skewMs` is how far the server's clock is ahead.
 */
export function mergeLogRows(
  before: Reading | undefined,
  newest: Reading,
  keepMinutes: number,
  skewMs: number,
): Reading {
  const firstMinute = Math.min(...newest.rows.map(minuteOf));
  const oldest = (newest.atMs + skewMs) / 1_000 - keepMinutes * 60;
  const rows = [
    ...(before?.rows ?? []).filter((row) => minuteOf(row) < firstMinute),
    ...newest.rows,
  ].filter((row) => minuteOf(row) + 60 > oldest);
  rows.sort((a, b) => minuteOf(a) - minuteOf(b));
  return {
    ...newest,
    rows: rows.slice(-rowLimit),
    truncated: newest.truncated || rows.length > rowLimit,
  };
}

const minuteOf = (row: ReadingRow): number => (typeof row.minute === 'number' ? row.minute : 0);
