import type { NodeView } from '../node-view.ts';

/**
 * Rows of a log, kept by minute, of the last `windowMs` by the server's own clock; whole minutes, so
 * up to one more.
 */
export function recentRows<Row extends { readonly minute: number | undefined }>(
  node: NodeView,
  rows: readonly Row[],
  windowMs: number,
): readonly Row[] {
  const fromSeconds = (node.serverNowMs - windowMs) / 1_000;
  return rows.filter((row) => (row.minute ?? 0) + 60 > fromSeconds);
}

/** The sum of one number over rows. */
export const total = <Row>(rows: readonly Row[], of: (row: Row) => number | undefined): number =>
  rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);
