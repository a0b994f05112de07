import type { ReadingNode } from '../../api/fleet-shapes.ts';
import { formatBytes, formatCount, formatSeconds } from '../../ui/quantity.ts';
import { formatTime, type Zone } from '../../ui/time.ts';

/** A column of a reading as it is shown. */
export interface ReadingField {
  /** As the reading has it. */
  readonly name: string;
  readonly title: string;
}

/** One row of one node: what was read, and how it is shown by title. */
export interface ReadingRow {
  readonly node: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly shown: Readonly<Record<string, string>>;
}

/** Units that a column's name ends in, and how its numbers are shown then. */
const units: readonly [RegExp, (value: number) => string][] = [
  [/(^b|B)ytes$/, formatBytes],
  [/Seconds$/, formatSeconds],
  [/Ms$/, (value) => formatSeconds(value / 1_000)],
  [/Micros(econds)?$/, (value) => formatSeconds(value / 1e6)],
  [/Share$/, (value) => `${formatAny(value * 100)} %`],
];

/** Columns that hold a moment, as epoch seconds. */
const moments =
  /(^|[a-z])At$|^minute$|^(at|created|failedAt|newest|oldest)Seconds$|^lastModified$|^oldestCreated$/;

const isMoment = (name: string): boolean => moments.test(name);

const unitOf = (name: string) => units.find(([pattern]) => pattern.test(name));

/** `absoluteDelaySeconds` → `Absolute delay`. */
export function titleOfField(name: string): string {
  const ending = isMoment(name) ? /(At)?(Seconds)?$/ : (unitOf(name)?.[0] ?? /$/);
  const bare = name.replace(ending, '');
  const words = (bare === '' ? name : bare)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .replace(/^Is |^is /, '')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function renderCell(name: string, value: unknown, zone: Zone): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' && isMoment(name))
    return value > 0 ? formatTime(value * 1_000, zone, 0) : '';
  if (typeof value === 'number') return (unitOf(name)?.[1] ?? formatAny)(value);
  return String(value);
}

const formatAny = (value: number): string =>
  Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));

/**
 * The columns that any row has, in the order of the reading. Titles are unique; those of moments say
 * the zone.
 */
export function fieldsOf(nodes: readonly ReadingNode[], zone: string): ReadingField[] {
  const names = new Set(nodes.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row))));
  const taken = new Set(['Node']);
  return [...names].map((name) => {
    const words = `${titleOfField(name)}${isMoment(name) ? ` (${zone})` : ''}`;
    const title = taken.has(words) ? name : words;
    taken.add(title);
    return { name, title };
  });
}

const shownOf = (
  node: string,
  values: Readonly<Record<string, unknown>>,
  fields: readonly ReadingField[],
  zone: Zone,
): Record<string, string> => ({
  Node: node,
  ...Object.fromEntries(
    fields.map(({ name, title }) => [title, renderCell(name, values[name], zone)]),
  ),
});

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return renderCell('', a, 'utc').localeCompare(renderCell('', b, 'utc'), 'en', { numeric: true });
}

/**
 * Rows of all nodes, or of one. `sort` is a column, with a minus downwards; rows without a value
 * stand last either way.
 */
export function readingRows(
  nodes: readonly ReadingNode[],
  fields: readonly ReadingField[],
  choice: {
    readonly node?: string | undefined;
    readonly q?: string | undefined;
    readonly sort?: string | undefined;
    readonly zone: Zone;
  },
): ReadingRow[] {
  const wanted = (choice.q ?? '').trim().toLowerCase();
  const rows = nodes
    .filter(({ node }) => choice.node === undefined || node === choice.node)
    .flatMap(({ node, rows }) =>
      rows.map((values) => ({
        node,
        values,
        shown: shownOf(node, values, fields, choice.zone),
      })),
    )
    .filter(
      ({ shown }) =>
        wanted === '' || Object.values(shown).some((text) => text.toLowerCase().includes(wanted)),
    );
  const { sort } = choice;
  if (sort === undefined) return rows;
  const down = sort.startsWith('-');
  const name = down ? sort.slice(1) : sort;
  const cellOf = (row: ReadingRow): unknown => (name === 'node' ? row.node : row.values[name]);
  return rows.sort((a, b) => {
    const [left, right] = [cellOf(a), cellOf(b)];
    const missing = Number(left == null) - Number(right == null);
    return missing || (down ? compare(right, left) : compare(left, right));
  });
}
