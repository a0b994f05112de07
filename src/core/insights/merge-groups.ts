import type {
  Grouping,
  QueryData,
  QueryGroup,
  QueryNumbers,
  QuerySort,
} from '../../model/fleet/query-insights.ts';
import {
  addMeasures,
  type Measures,
  measureCells,
  noMeasures,
  parseMeasures,
  showErrors,
  showMeasures,
} from './measures.ts';

/** Rows that one node gave to one statement. */
export interface NodeRows {
  readonly node: string;
  readonly rows: readonly (readonly unknown[])[];
}

interface Merged {
  readonly key: string;
  readonly shape: string;
  readonly kind: string;
  readonly users: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly measures: Measures;
}

const listed = 20;

/** The groups of all nodes, those of equal key added up, the most by `sort` first. */
export function mergeGroups(
  by: Grouping,
  sort: QuerySort,
  answers: readonly NodeRows[],
): QueryGroup[] {
  const merged = new Map<string, Merged>();
  for (const { node, rows } of answers)
    for (const row of rows) {
      const group = parseGroup(by, node, row);
      // Old servers give one row of nothing where there is nothing to group.
      if (group.measures.runs === 0) continue;
      const there = merged.get(group.key);
      merged.set(group.key, there ? join(there, group) : group);
    }
  return [...merged.values()]
    .map(showGroup)
    .sort((a, b) => (sortValue(b, sort) ?? -1) - (sortValue(a, sort) ?? -1) || byKey(a, b));
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number =>
  a.key < b.key ? -1 : 1;

const texts = (cell: unknown): string[] => (Array.isArray(cell) ? cell.map(String) : []);

function parseGroup(by: Grouping, node: string, row: readonly unknown[]): Merged {
  const [key, shape, kind, users, tables, firstSeen, lastSeen] = row;
  return {
    key: by === 'node' ? node : String(key),
    shape: String(shape),
    kind: by === 'fingerprint' ? String(kind) : '',
    users: new Set(texts(users)),
    tables: new Set(texts(tables)),
    nodes: new Set([node]),
    firstSeen: Number(firstSeen),
    lastSeen: Number(lastSeen),
    measures: parseMeasures(row.slice(-measureCells)),
  };
}

const join = (a: Merged, b: Merged): Merged => ({
  key: a.key,
  shape: a.shape || b.shape,
  kind: a.kind || b.kind,
  users: new Set([...a.users, ...b.users]),
  tables: new Set([...a.tables, ...b.tables]),
  nodes: new Set([...a.nodes, ...b.nodes]),
  firstSeen: Math.min(a.firstSeen, b.firstSeen),
  lastSeen: Math.max(a.lastSeen, b.lastSeen),
  measures: addMeasures(a.measures, b.measures),
});

const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const showGroup = (group: Merged): QueryGroup => ({
  key: group.key,
  shape: group.shape,
  kind: group.kind,
  ...showMeasures(group.measures),
  errors: showErrors(group.measures),
  users: [...group.users].sort().slice(0, listed),
  tables: [...group.tables].sort().slice(0, listed),
  nodes: [...group.nodes].sort(),
  firstSeen: isoOf(group.firstSeen),
  lastSeen: isoOf(group.lastSeen),
});

function sortValue(numbers: QueryNumbers, sort: QuerySort): number | null {
  const { totalMs, runs, failed, p50Ms, p95Ms, p99Ms, memoryBytes, cpuMs } = numbers;
  const { readRows, readBytes, writtenRows } = numbers;
  const values: Readonly<Record<QuerySort, number | null>> = {
    total: totalMs,
    runs,
    failed,
    p50: p50Ms,
    p95: p95Ms,
    p99: p99Ms,
    readRows,
    readBytes,
    writtenRows,
    memory: memoryBytes,
    cpu: cpuMs,
  };
  return values[sort];
}

type Trend = (QueryNumbers & { readonly at: string; readonly kind: string })[];

/** The steps of all nodes, the oldest first, and all of them together. */
export function mergeTrend(answers: readonly NodeRows[]): {
  readonly trend: Trend;
  readonly totals: QueryNumbers;
} {
  const parsed = answers.flatMap(({ rows }) =>
    rows.map((row) => ({
      at: Number(row[0]),
      kind: String(row[1]),
      measures: parseMeasures(row.slice(-measureCells)),
    })),
  );
  const trend = sumBy(parsed, ({ at, kind }) => JSON.stringify([at, kind]))
    .map(([first, measures]) => ({ ...first, ...showMeasures(measures) }))
    .sort((a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1))
    .map(({ measures: _measures, at, ...rest }) => ({ ...rest, at: isoOf(at) }));
  const totals = parsed.reduce((sum, { measures }) => addMeasures(sum, measures), noMeasures);
  return { trend, totals: showMeasures(totals) };
}

function sumBy<T extends { readonly measures: Measures }>(
  items: readonly T[],
  key: (item: T) => string,
): [T, Measures][] {
  const sums = new Map<string, [T, Measures]>();
  for (const item of items) {
    const there = sums.get(key(item));
    sums.set(
      key(item),
      there ? [there[0], addMeasures(there[1], item.measures)] : [item, item.measures],
    );
  }
  return [...sums.values()];
}

type Shares = QueryData['users'];

/** What the rows of a details statement say by time, user, table and node. */
export function mergeDetail(
  answers: readonly NodeRows[],
): Pick<QueryData, 'trend' | 'users' | 'tables' | 'byNode'> {
  const parsed = answers.flatMap(({ node, rows }) =>
    rows.map((row) => ({
      at: Number(row[0]),
      user: String(row[1]),
      tables: texts(row[2]),
      node,
      measures: parseMeasures(row.slice(-measureCells)),
    })),
  );
  const sharesBy = (named: readonly { name: string; measures: Measures }[]): Shares =>
    sumBy(named, ({ name }) => name)
      .map(([{ name }, measures]) => ({ name, ...showMeasures(measures) }))
      .sort((a, b) => b.totalMs - a.totalMs || b.runs - a.runs || (a.name < b.name ? -1 : 1));
  return {
    trend: sumBy(parsed, ({ at }) => String(at))
      .sort(([a], [b]) => a.at - b.at)
      .map(([{ at }, measures]) => ({ at: isoOf(at), ...showMeasures(measures) })),
    users: sharesBy(parsed.map(({ user, measures }) => ({ name: user, measures }))),
    tables: sharesBy(
      parsed.flatMap(({ tables, measures }) => tables.map((name) => ({ name, measures }))),
    ),
    byNode: sharesBy(parsed.map(({ node, measures }) => ({ name: node, measures }))),
  };
}
