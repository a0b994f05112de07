import type { Cell, Reading, ReadingRow } from '../../../model/fleet/reading.ts';
import { parseArrayText } from './array-text.ts';
import { type CollectStatement, gapReading } from './collect-statement.ts';
import type { CompiledReading } from './compile-reading.ts';
import type { CellKind } from './reading-definition.ts';

/**
 * The readings of a statement's answer. Rows are `[reading, cells]`, cells texts or null. An answer
 * of another shape, or with cells that are not of their kind, is a gap of the reading that it
 * belongs to (of all, where that cannot be told): rubbish is never taken for "nothing there".
 */
export function parseAnswer(
  statement: CollectStatement,
  rows: readonly unknown[],
  atMs: number,
): readonly Reading[] {
  const byReading = new Map<string, unknown[]>(statement.readings.map((name) => [name, []]));
  for (const row of rows) {
    const [name, cells] = Array.isArray(row) ? row : [];
    const found = typeof name === 'string' ? byReading.get(name) : undefined;
    if (!found || !Array.isArray(cells))
      return statement.parts.map((part) =>
        malformed(part, 'a row that belongs to no reading', atMs),
      );
    found.push(cells);
  }
  return statement.parts.map((part) => readingOf(part, byReading.get(part.name) ?? [], atMs));
}

function readingOf(part: CompiledReading, answers: readonly unknown[], atMs: number): Reading {
  const rows: ReadingRow[] = [];
  for (const cells of answers.slice(0, part.limit)) {
    const row = rowOf(part, cells as readonly unknown[]);
    if (typeof row === 'string') return malformed(part, row, atMs);
    rows.push(row);
  }
  return {
    name: part.name,
    atMs,
    rows,
    missingColumns: part.missingColumns,
    truncated: answers.length > part.limit,
    sql: part.sql,
  };
}

/** A row, or what is wrong with it. NULL and NaN are left out: undefined to the checks. */
function rowOf(part: CompiledReading, cells: readonly unknown[]): ReadingRow | string {
  if (cells.length !== part.columns.length)
    return `${cells.length} cells where there should be ${part.columns.length}`;
  const row: Record<string, Cell> = {};
  for (const [place, column] of part.columns.entries()) {
    const text = cells[place];
    if (text === null) continue;
    if (typeof text !== 'string') return `${column.name} that is no text`;
    const value = cellOf(column.kind, text);
    if (value === undefined) return `${column.name} = ${JSON.stringify(text.slice(0, 100))}`;
    if (!Number.isNaN(value)) row[column.name] = value;
  }
  return row;
}

/** A cell's value; undefined where the text is not of the kind. */
function cellOf(kind: CellKind, text: string): Cell | undefined {
  switch (kind) {
    case 'text':
      return text;
    case 'texts':
      return parseArrayText(text);
    case 'flag':
      if (text === '1' || text === 'true') return true;
      return text === '0' || text === 'false' ? false : undefined;
    case 'number':
      return parseNumber(text);
  }
}

/** A number as ClickHouse writes it; integers beyond 2^53 are rounded. */
export function parseNumber(text: string): number | undefined {
  if (/^-?inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^-?nan$/.test(text)) return Number.NaN;
  return /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

const malformed = (part: CompiledReading, what: string, atMs: number): Reading => ({
  ...gapReading(
    part.name,
    { reason: 'error', detail: `The server's answer cannot be read: ${what}.` },
    atMs,
  ),
  sql: part.sql,
});
