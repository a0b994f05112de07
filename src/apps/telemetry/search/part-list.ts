import type { Part } from '../../../core/search/tail-position.ts';
import { partsStatement } from '../../../core/search/tail-statement.ts';
import { collectRows } from './collect-rows.ts';
import type { SearchContext } from './search-context.ts';
import type { SearchSource } from './search-source.ts';

/** How long a list of parts serves all tails that ask for it. */
const sharedMs = 100;
const partsTimeoutMs = 10_000;

/** The active parts of a source's table. Tails that ask at the same time share one statement. */
export function createPartList(context: SearchContext) {
  const asked = new Map<string, { readonly parts: Promise<Part[]>; readonly atMs: number }>();
  return {
    shared(source: SearchSource): Promise<Part[]> {
      const known = asked.get(source.source);
      const nowMs = context.now().getTime();
      if (known && nowMs - known.atMs < sharedMs) return known.parts;
      const parts = this.fresh(source);
      asked.set(source.source, { parts, atMs: nowMs });
      return parts;
    },
    fresh: (source: SearchSource): Promise<Part[]> => readParts(context, source),
  };
}
export type PartList = ReturnType<typeof createPartList>;

async function readParts(context: SearchContext, source: SearchSource): Promise<Part[]> {
  const { rows } = await collectRows(
    context,
    { query: partsStatement(source.partsPlace), ours: true },
    AbortSignal.timeout(partsTimeoutMs),
  );
  return rows.map(([shard, partition, name, minBlock, maxBlock, rowCount]) => ({
    shard: Number(shard),
    partition: String(partition),
    name: String(name),
    minBlock: Number(minBlock),
    maxBlock: Number(maxBlock),
    rows: Number(rowCount),
  }));
}
