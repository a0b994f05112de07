import type { TimeRange } from '../../../core/search/instants.ts';
import { extentStatement } from '../../../core/search/search-statement.ts';
import { collectRows } from './collect-rows.ts';
import type { SearchContext } from './search-context.ts';
import type { SearchSource } from './search-source.ts';

/** From the first to the last time that is stored; undefined while nothing is. */
export async function readExtent(
  context: SearchContext,
  source: SearchSource,
  signal: AbortSignal,
): Promise<TimeRange | undefined> {
  const query = extentStatement(source.table);
  const { rows } = await collectRows(context, { query, ours: true }, signal);
  const [first, last, any] = rows[0] as [string, string, number];
  return any ? { fromNs: BigInt(first), toNs: BigInt(last) + 1n } : undefined;
}
