import type { Row } from '../../api/shapes.ts';
import { textOf } from '../../table/field-value.ts';
import { parseNs } from '../../ui/time.ts';

/** A span in its place. Times in nanoseconds since the epoch. */
export interface SpanNode {
  /** Unique within the trace, also where two spans carry the same id. */
  readonly key: string;
  readonly name: string;
  readonly service: string;
  readonly row: Row;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly failed: boolean;
  /** It names a parent that the trace does not have: lost, late or sampled away. */
  readonly orphan: boolean;
  /** How much earlier than its parent it starts: clocks differ between machines. 0 = not. */
  readonly earlyNs: bigint;
  readonly depth: number;
  /** How many of the spans that follow are below this one. */
  readonly below: number;
  readonly logs: readonly Row[];
}

export interface TraceTree {
  /** Each span before those below it, earliest first. */
  readonly spans: readonly SpanNode[];
  /** Logs of the trace that name no span of it. */
  readonly strayLogs: readonly Row[];
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly failed: number;
  /** In order of appearance. */
  readonly services: readonly string[];
}

interface Draft {
  readonly row: Row;
  readonly key: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
}

interface Placed {
  readonly draft: Draft;
  readonly parent: Draft | undefined;
  readonly depth: number;
}

const integer = (text: string): bigint => (/^\d+$/.test(text) ? BigInt(text) : 0n);

function draftOf(row: Row, index: number, taken: Set<string>): Draft {
  const spanId = textOf(row, 'SpanId');
  const key = spanId === '' || taken.has(spanId) ? `${spanId}#${index}` : spanId;
  taken.add(key);
  return {
    row,
    key,
    spanId,
    parentId: textOf(row, 'ParentSpanId'),
    startNs: parseNs(textOf(row, 'Timestamp')) ?? 0n,
    durationNs: integer(textOf(row, 'Duration')),
  };
}

const byStart = (a: Draft, b: Draft): number =>
  a.startNs === b.startNs ? (a.durationNs > b.durationNs ? -1 : 1) : a.startNs < b.startNs ? -1 : 1;

/**
 * Spans under their parents, earliest first. Spans whose parent is missing are roots; of spans that
 * name each other in a circle the earliest is made a root. Nothing is left out, at any depth.
 */
export function growTrace(spans: readonly Row[], logs: readonly Row[]): TraceTree {
  const taken = new Set<string>();
  const drafts = spans.map((row, i) => draftOf(row, i, taken)).sort(byStart);
  const byId = new Map(
    drafts
      .toReversed()
      .filter(({ spanId }) => spanId !== '')
      .map((draft) => [draft.spanId, draft]),
  );
  const order = placeAll(drafts, byId);
  const below = countBelow(order);
  const logsOf = Map.groupBy(logs, (row) => textOf(row, 'SpanId'));
  const nodes = order.map(({ draft, parent, depth }, i): SpanNode => {
    const owns = byId.get(draft.spanId) === draft;
    return {
      key: draft.key,
      name: textOf(draft.row, 'SpanName'),
      service: textOf(draft.row, 'ServiceName'),
      row: draft.row,
      startNs: draft.startNs,
      durationNs: draft.durationNs,
      failed: textOf(draft.row, 'StatusCode') === 'Error',
      orphan: draft.parentId !== '' && !byId.has(draft.parentId),
      earlyNs: parent && draft.startNs < parent.startNs ? parent.startNs - draft.startNs : 0n,
      depth,
      below: below[i] ?? 0,
      logs: (owns && logsOf.get(draft.spanId)?.toSorted(byTime)) || [],
    };
  });
  const strayLogs = logs.filter((row) => !byId.has(textOf(row, 'SpanId'))).toSorted(byTime);
  return { spans: nodes, strayLogs, ...summarise(nodes, logs) };
}

/** Each draft once, before those below it. Without recursion: traces may be deep. */
function placeAll(drafts: readonly Draft[], byId: ReadonlyMap<string, Draft>): Placed[] {
  const isRoot = ({ parentId }: Draft) => !byId.has(parentId);
  const children = Map.groupBy(
    drafts.filter((draft) => !isRoot(draft)),
    ({ parentId }) => byId.get(parentId)?.key,
  );
  const placed = new Set<string>();
  const order: Placed[] = [];
  const placeFrom = (root: Draft): void => {
    const waiting: Placed[] = [{ draft: root, parent: undefined, depth: 0 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { draft, depth } = next;
      if (placed.has(draft.key)) continue;
      placed.add(draft.key);
      order.push(next);
      for (const child of (children.get(draft.key) ?? []).toReversed())
        waiting.push({ draft: child, parent: draft, depth: depth + 1 });
    }
  };
  drafts.filter(isRoot).forEach(placeFrom);
  drafts.forEach(placeFrom);
  return order;
}

/** For each place, how many follow it that are deeper. */
function countBelow(order: readonly Placed[]): number[] {
  const counts = new Array<number>(order.length).fill(0);
  const open: number[] = [];
  order.forEach(({ depth }, i) => {
    for (const closed of open.splice(depth)) counts[closed] = i - closed - 1;
    open.push(i);
  });
  for (const closed of open) counts[closed] = order.length - closed - 1;
  return counts;
}

function summarise(
  spans: readonly SpanNode[],
  logs: readonly Row[],
): Omit<TraceTree, 'spans' | 'strayLogs'> {
  const starts = spans.map(({ startNs }) => startNs);
  const ends = spans.map(({ startNs, durationNs }) => startNs + durationNs);
  const times = spans.length > 0 ? [] : logs.map((row) => parseNs(textOf(row, 'Timestamp')) ?? 0n);
  return {
    startNs: least([...starts, ...times]),
    endNs: -least([...ends, ...times].map((ns) => -ns)),
    failed: spans.filter(({ failed }) => failed).length,
    services: [...new Set(spans.map(({ service }) => service))],
  };
}

const least = (all: readonly bigint[]): bigint => {
  let found = all[0] ?? 0n;
  for (const ns of all) if (ns < found) found = ns;
  return found;
};

const byTime = (a: Row, b: Row): number =>
  textOf(a, 'Timestamp') < textOf(b, 'Timestamp') ? -1 : 1;
