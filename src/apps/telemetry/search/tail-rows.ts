import { planAnswerFormat } from '../../../core/search/answer-format.ts';
import {
  currentPosition,
  decodeTailPosition,
  encodeTailPosition,
  type FreshPart,
  planTailRead,
  type TailPosition,
} from '../../../core/search/tail-position.ts';
import { tailCountStatement, tailRowsStatement } from '../../../core/search/tail-statement.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Row } from '../../../model/telemetry/search-api.ts';
import { collectRows } from './collect-rows.ts';
import type { PartList } from './part-list.ts';
import type { PlannedSearch } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';
import { planWake, type StoredSignal } from './tail-wake.ts';

/** What a tail sends. `id` is where a client that comes back goes on. */
export type TailEvent =
  | { readonly type: 'rows'; readonly id: string; readonly rows: readonly Row[] }
  /** Rows that match are left out: `skipped` of them, null where they were not counted. */
  | {
      readonly type: 'gap';
      readonly id: string;
      readonly reason: 'too_many' | 'too_slow' | 'unknown_position';
      readonly skipped: number | null;
    }
  | { readonly type: 'ping'; readonly id: string; readonly time: string };

export interface TailDeps {
  readonly context: SearchContext;
  readonly parts: PartList;
  readonly onStored: StoredSignal | undefined;
}

/**
 * Follows the rows that match as they arrive, until `signal`. Begins with the rows after
 * `lastEventId`, or now. A store that is away is waited for; nothing that arrives meanwhile is lost.
 */
export async function* tailRows(
  deps: TailDeps,
  search: PlannedSearch,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TailEvent> {
  const { context } = deps;
  const now = currentPosition(search.source.tableId, await deps.parts.fresh(search.source));
  const resumed = lastEventId === undefined ? now : decodeTailPosition(lastEventId);
  const known = resumed?.table === search.source.tableId ? resumed : undefined;
  let position = known ?? now;
  const ping = (): TailEvent => ({
    type: 'ping',
    id: encodeTailPosition(position),
    time: context.now().toISOString(),
  });
  yield known
    ? ping()
    : { type: 'gap', id: encodeTailPosition(now), reason: 'unknown_position', skipped: null };
  const wake = planWake(context, deps.onStored, signal);
  try {
    for (let pingMs = context.now().getTime(); !signal.aborted; ) {
      const found = await readNew(deps, search, position, signal);
      position = found.position;
      yield* found.events;
      if (found.events.length > 0) pingMs = context.now().getTime();
      else if (context.now().getTime() - pingMs >= context.limits.tailPingMs) {
        pingMs = context.now().getTime();
        yield ping();
      }
      await wake.next();
    }
  } finally {
    wake.stop();
  }
}

interface Found {
  readonly position: TailPosition;
  readonly events: readonly TailEvent[];
}

/** How often parts may be merged away under a read before it waits for the next turn. */
const attempts = 5;

async function readNew(
  deps: TailDeps,
  search: PlannedSearch,
  position: TailPosition,
  signal: AbortSignal,
): Promise<Found> {
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const list = attempt === 0 ? deps.parts.shared : deps.parts.fresh;
      const parts = await list.call(deps.parts, search.source);
      const { fresh, next } = planTailRead(position, parts);
      if (fresh.length === 0) return { position: next, events: [] };
      const events = await readParts(deps, search, fresh, encodeTailPosition(next), signal);
      if (await stillThere(deps, search, fresh)) return { position: next, events };
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof RequestFailure)) throw error;
    if (error.code !== 'store_unavailable' && error.code !== 'unavailable') throw error;
    deps.context.logger.warn('tail_waits_for_store', { error: error.message });
  }
  return { position, events: [] };
}

/**
 * Parts that are active before and after a read were read. One that was merged away in between may
 * have been missed: its rows are in another part now.
 */
async function stillThere(
  deps: TailDeps,
  search: PlannedSearch,
  fresh: readonly FreshPart[],
): Promise<boolean> {
  const parts = await deps.parts.fresh(search.source);
  const active = new Set(parts.map((part) => `${part.shard}/${part.name}`));
  return fresh.every(({ part }) => active.has(`${part.shard}/${part.name}`));
}

async function readParts(
  { context }: TailDeps,
  search: PlannedSearch,
  fresh: readonly FreshPart[],
  id: string,
  signal: AbortSignal,
): Promise<TailEvent[]> {
  const { filter, input, source } = search;
  const { tailRows: most, tailBytes } = context.limits;
  const query = tailRowsStatement(source.table, filter, fresh, most + 1);
  const statement = { query, params: filter.params, where: input.where, mostBytes: tailBytes };
  try {
    const found = await collectRows(context, statement, signal);
    const rows = found.rows.slice(0, most).map(formatOf(search)).reverse();
    const tooMany = found.rows.length > most || found.cut;
    const gap = tooMany ? [await countGap(context, search, fresh, rows.length, id, signal)] : [];
    return rows.length > 0 ? [...gap, { type: 'rows', id, rows }] : gap;
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.code !== 'timeout') throw error;
    return [{ type: 'gap', id, reason: 'too_slow', skipped: null }];
  }
}

async function countGap(
  context: SearchContext,
  { filter, input, source }: PlannedSearch,
  fresh: readonly FreshPart[],
  shown: number,
  id: string,
  signal: AbortSignal,
): Promise<TailEvent> {
  const query = tailCountStatement(source.table, filter, fresh);
  const statement = { query, params: filter.params, where: input.where };
  const found = await collectRows(context, statement, signal);
  const skipped = Math.max(0, Number(found.rows[0]?.[0] ?? 0) - shown);
  return { type: 'gap', id, reason: 'too_many', skipped };
}

function formatOf({ source }: PlannedSearch): (values: readonly unknown[]) => Row {
  const types = new Map(source.searchTable.columns.map(({ name, type }) => [name, type]));
  return planAnswerFormat(
    source.table.columns.map((name) => ({ name, type: types.get(name) ?? '' })),
  );
}

/** Fails now, rather than with the first row, where ClickHouse objects to the filter. */
export async function checkTail(
  context: SearchContext,
  search: PlannedSearch,
  signal: AbortSignal,
): Promise<void> {
  const part = { shard: 0, partition: '', name: '', minBlock: 0, maxBlock: 0, rows: 0 };
  const none = [{ part, seen: { floor: -1, ranges: [] } }];
  const query = tailRowsStatement(search.source.table, search.filter, none, 1);
  const { filter, input } = search;
  await collectRows(context, { query, params: filter.params, where: input.where }, signal);
}
