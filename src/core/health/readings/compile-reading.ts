import { sqlName, sqlString } from '../../../base/sql-text.ts';
import type { ReadingGap } from '../../../model/fleet/reading.ts';
import type { Capabilities } from './capabilities.ts';
import type { CellKind, ColumnSource, ReadingDefinition } from './reading-definition.ts';

/** A reading as one server can answer it. */
export interface CompiledReading {
  readonly name: string;
  readonly sql: string;
  /** Columns in the order of the cells. */
  readonly columns: readonly { readonly name: string; readonly kind: CellKind }[];
  readonly missingColumns: readonly string[];
  readonly limit: number;
}

export type Compilation =
  | { readonly ok: true; readonly compiled: CompiledReading }
  | { readonly ok: false; readonly gap: ReadingGap };

export interface CompileOptions {
  /** How far back a reading with `log` reaches, by the server's clock. */
  readonly logWindowSeconds: number;
}

const defaultLimit = 1_000;

/** The statement of one reading for what the server has, or why there is none. */
export function compileReading(
  definition: ReadingDefinition,
  capabilities: Capabilities,
  options: CompileOptions,
): Compilation {
  const present = capabilities.tables.get(definition.table);
  if (!present) return { ok: false, gap: tableGap(definition, capabilities) };
  const available = Object.entries(definition.columns).flatMap(([name, column]) => {
    const source = firstUsable(column.sources, present);
    return source ? [{ name, kind: column.kind, sql: source.sql }] : [];
  });
  const missingColumns = Object.keys(definition.columns).filter(
    (name) => !available.some((each) => each.name === name),
  );
  const lost = definition.groupBy?.find((name) => missingColumns.includes(name));
  if (available.length === 0 || lost !== undefined)
    return {
      ok: false,
      gap: {
        reason: 'column',
        detail: `system.${definition.table} of this server has no column for ${lost ?? 'any of them'}.`,
      },
    };
  const limit = definition.limit ?? defaultLimit;
  const sql = [
    `SELECT ${sqlString(definition.name)} AS reading, [${available.map(cell).join(', ')}] AS cells`,
    `FROM ${fromTable(definition, capabilities)}`,
    clause('WHERE', conditions(definition, present, options), ' AND '),
    clause('GROUP BY', groups(definition, available), ', '),
    clause('HAVING', usable(definition.having, present), ' AND '),
    clause('ORDER BY', usable(definition.orderBy, present), ', '),
    `LIMIT ${limit + 1}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
  const columns = available.map(({ name, kind }) => ({ name, kind }));
  return { ok: true, compiled: { name: definition.name, sql, columns, missingColumns, limit } };
}

/** NULL stays NULL: each cell is its text or nothing. */
const cell = ({ sql }: { readonly sql: string }): string =>
  `CAST(toString(${sql}) AS Nullable(String))`;

const clause = (word: string, parts: readonly string[], between: string): string =>
  parts.length === 0 ? '' : `${word} ${parts.join(between)}`;

const firstUsable = (
  sources: readonly ColumnSource[],
  present: ReadonlySet<string>,
): ColumnSource | undefined =>
  sources.find((source) => source.needs.every((name) => present.has(name)));

const usable = (
  sources: readonly ColumnSource[] | undefined,
  present: ReadonlySet<string>,
): string[] =>
  (sources ?? [])
    .filter((source) => firstUsable([source], present) !== undefined)
    .map((source) => source.sql);

function conditions(
  definition: ReadingDefinition,
  present: ReadonlySet<string>,
  options: CompileOptions,
): string[] {
  const own = usable(definition.where, present).map((sql) => `(${sql})`);
  if (!definition.log) return own;
  const since = `toStartOfMinute(now() - ${Math.ceil(options.logWindowSeconds)})`;
  const byDate = present.has('event_date') ? [`event_date >= toDate(${since})`] : [];
  return [...byDate, `event_time >= ${since}`, ...own];
}

const groups = (
  definition: ReadingDefinition,
  available: readonly { readonly name: string; readonly sql: string }[],
): string[] =>
  (definition.groupBy ?? []).flatMap((name) =>
    available.filter((each) => each.name === name).map((each) => each.sql),
  );

/**
 * A log table; after an upgrade the server keeps its older rows as `query_log_0` and so on, which
 * `merge` reads along. Other tables are read by their name.
 */
function fromTable(definition: ReadingDefinition, capabilities: Capabilities): string {
  const rotated =
    (definition.log || definition.rotates) &&
    [...capabilities.tables.keys()].some(
      (name) =>
        name.startsWith(`${definition.table}_`) &&
        /^\d+$/.test(name.slice(definition.table.length + 1)),
    );
  return rotated
    ? `merge('system', ${sqlString(`^${definition.table}(_[0-9]+)?$`)})`
    : `system.${sqlName(definition.table)}`;
}

function tableGap(definition: ReadingDefinition, capabilities: Capabilities): ReadingGap {
  const grant = capabilities.denied.get(definition.table);
  if (grant !== undefined)
    return {
      reason: 'grant',
      detail: `The monitoring user may not read system.${definition.table}.`,
      grant,
    };
  const advice = definition.absent === undefined ? '' : ` ${definition.absent}`;
  return { reason: 'table', detail: `This server has no system.${definition.table}.${advice}` };
}
