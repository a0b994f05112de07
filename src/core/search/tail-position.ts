/**
 * What a live tail has seen. It follows arrival, not time, so that late records appear: ClickHouse
 * numbers the blocks that are inserted into a partition, and a part says which blocks it holds.
 */
export interface TailPosition {
  /** The table's UUID: a table that was made anew counts its blocks from the start. */
  readonly table: string;
  readonly partitions: ReadonlyMap<string, SeenBlocks>;
}

/** Every block up to `floor` was seen, and those of `ranges` (both ends included) above it. */
interface SeenBlocks {
  readonly floor: number;
  readonly ranges: readonly (readonly [number, number])[];
}

/** An active part, as `system.parts` lists it. `shard` is 0 where the table has one shard. */
export interface Part {
  readonly shard: number;
  readonly partition: string;
  readonly name: string;
  readonly minBlock: number;
  readonly maxBlock: number;
  readonly rows: number;
}

/** Parts with rows that the tail has not seen; `seen` are the blocks in them that it has. */
export interface FreshPart {
  readonly part: Part;
  readonly seen: SeenBlocks;
}

/**
 * Inserts are not always finished in the order in which they got their number. One that is overtaken
 * by this many others is no longer waited for.
 */
const overtakenBlocks = 64;

/** Late records are followed into this many partitions (days), the newest. */
const followedPartitions = 200;

const nothing: SeenBlocks = { floor: -1, ranges: [] };
const keyOf = (part: Part): string =>
  part.shard === 0 ? part.partition : `${part.shard}_${part.partition}`;

/** A tail that starts now: everything stored is seen. */
export const currentPosition = (table: string, parts: readonly Part[]): TailPosition =>
  advance({ table, partitions: new Map() }, parts);

/** Which parts hold something new, and the position after reading them. */
export function planTailRead(
  position: TailPosition,
  parts: readonly Part[],
): { readonly fresh: readonly FreshPart[]; readonly next: TailPosition } {
  const oldest = [...position.partitions.keys()].sort()[0];
  const full = position.partitions.size >= followedPartitions;
  const fresh = parts.flatMap((part) => {
    const seen = position.partitions.get(keyOf(part)) ?? nothing;
    const tooOld = full && oldest !== undefined && keyOf(part) < oldest;
    return tooOld || isSeen(seen, part) ? [] : [{ part, seen }];
  });
  return { fresh, next: advance(position, parts) };
}

const isSeen = (seen: SeenBlocks, part: Part): boolean =>
  part.maxBlock <= seen.floor ||
  seen.ranges.some(
    ([from, to]) => from <= Math.max(part.minBlock, seen.floor + 1) && part.maxBlock <= to,
  );

function advance(position: TailPosition, parts: readonly Part[]): TailPosition {
  const byPartition = new Map<string, Part[]>();
  for (const part of parts) {
    const key = keyOf(part);
    byPartition.set(key, [...(byPartition.get(key) ?? []), part]);
  }
  const next = new Map<string, SeenBlocks>();
  for (const key of [...byPartition.keys()].sort().slice(-followedPartitions))
    next.set(key, addParts(position.partitions.get(key) ?? nothing, byPartition.get(key) ?? []));
  return { table: position.table, partitions: next };
}

function addParts(seen: SeenBlocks, parts: readonly Part[]): SeenBlocks {
  const newest = Math.max(seen.floor, ...parts.map((part) => part.maxBlock));
  const all = [...seen.ranges, ...parts.map((part) => [part.minBlock, part.maxBlock] as const)];
  let floor = Math.max(seen.floor, newest - overtakenBlocks);
  const ranges: [number, number][] = [];
  for (const [from, to] of all.toSorted((a, b) => a[0] - b[0])) {
    const last = ranges.at(-1);
    if (to <= floor) continue;
    if (from <= floor + 1) floor = Math.max(floor, to);
    else if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else ranges.push([from, to]);
  }
  return { floor, ranges: ranges.filter(([, to]) => to > floor) };
}

/** The id of an event: what a client that comes back sends as Last-Event-ID. */
export function encodeTailPosition(position: TailPosition): string {
  const partitions = [...position.partitions].map(([key, { floor, ranges }]) =>
    [
      key,
      `${floor}`,
      ...ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)),
    ].join(','),
  );
  return [`1:${position.table}`, ...partitions].join(';');
}

/** Undefined for what no tail gave out. */
export function decodeTailPosition(text: string): TailPosition | undefined {
  const [head = '', ...partitions] = text.split(';');
  const table = /^1:([\w-]{1,64})$/.exec(head)?.[1];
  if (table === undefined || partitions.length > followedPartitions) return undefined;
  const found = new Map<string, SeenBlocks>();
  for (const partition of partitions) {
    const match = /^([\w-]{1,128}),(-?\d{1,15})((?:,\d{1,15}(?:-\d{1,15})?){0,200})$/.exec(
      partition,
    );
    if (!match) return undefined;
    const ranges = (match[3] ?? '')
      .split(',')
      .filter(Boolean)
      .map((range): [number, number] => {
        const [from = 0, to = from] = range.split('-').map(Number);
        return [from, to];
      });
    found.set(match[1] as string, { floor: Number(match[2]), ranges });
  }
  return { table, partitions: found };
}
