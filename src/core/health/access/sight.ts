import type { Capabilities } from '../readings/capabilities.ts';
import { visibleParts, visibleTables } from '../readings/server.ts';

/** What the user sees of something that the server counts. */
interface Seen {
  readonly what: 'tables' | 'parts';
  readonly visible: number;
  readonly real: number;
}

/** How much of what the server has the user sees; empty where the server does not count it. */
export type Sight = readonly Seen[];

/** Share of what the server has that a user must see not to count as blind. */
const sightShare = 0.95;

/**
 * The server's own counts, which no right hides, and what they are to be compared with: metrics of
 * the server, the newest first, as the name of the row. `AttachedDatabase` is not among them: it
 * counts databases that nobody is shown.
 */
const counts = [
  { row: 'attached', from: 'metrics', metric: 'AttachedTable', what: 'tables', as: 'visible' },
  {
    row: 'number',
    from: 'asynchronous_metrics',
    metric: 'NumberOfTables',
    what: 'tables',
    as: 'visibleAll',
  },
  { row: 'active', from: 'metrics', metric: 'PartsActive', what: 'parts', as: 'visibleParts' },
  {
    row: 'total',
    from: 'asynchronous_metrics',
    metric: 'TotalPartsOfMergeTreeTables',
    what: 'parts',
    as: 'visibleParts',
  },
] as const;

/**
 * Counts the tables and parts that the user sees and those that the server has: ClickHouse hides
 * tables without a word from users who lack SHOW TABLES. Rows `[name, value]`.
 */
export function sightStatement(capabilities: Capabilities): string {
  const conditions = (reading: typeof visibleTables | typeof visibleParts): string =>
    (reading.where ?? [])
      .filter(({ needs }) =>
        needs.every((name) => capabilities.tables.get(reading.table)?.has(name)),
      )
      .map(({ sql }) => `(${sql})`)
      .join(' AND ') || '1';
  const temporary = capabilities.tables.get('tables')?.has('is_temporary')
    ? ' AND NOT is_temporary'
    : '';
  return [
    `SELECT 'visible' AS name, toString(count()) AS value FROM system.tables WHERE ${conditions(visibleTables)}`,
    `SELECT 'visibleAll' AS name, toString(count()) AS value FROM system.tables WHERE lower(database) != 'information_schema'${temporary}`,
    ...(capabilities.tables.has('parts')
      ? [
          `SELECT 'visibleParts' AS name, toString(count()) AS value FROM system.parts WHERE ${conditions(visibleParts)}`,
        ]
      : []),
    ...counts
      .filter(({ from }) => capabilities.tables.has(from))
      .map(
        ({ row, from, metric }) =>
          `SELECT '${row}' AS name, toString(value) AS value FROM system.${from} WHERE metric = '${metric}'`,
      ),
  ].join(' UNION ALL ');
}

/** Reads the answer: one entry for each thing that the server counts, and that could be counted. */
export function parseSight(rows: readonly (readonly unknown[])[]): Sight {
  const values = new Map(rows.map(([name, value]) => [name, Number(value)]));
  const known = (name: string): number | undefined => {
    const value = values.get(name);
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const seen = new Map<string, Seen>();
  for (const { row, what, as } of counts) {
    const [real, visible] = [known(row), known(as)];
    if (real === undefined || visible === undefined || seen.has(what)) continue;
    seen.set(what, { what, visible, real });
  }
  return [...seen.values()];
}

/** What is hidden most; undefined where nothing is. */
export const blindTo = (sight: Sight): Seen | undefined =>
  sight
    .filter(({ visible, real }) => visible < real * sightShare)
    .toSorted((a, b) => a.visible / a.real - b.visible / b.real)[0];
