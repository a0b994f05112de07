import type { Row } from '../api/shapes.ts';

/** The value of a field as search names it: a column, or `Column.key` of a map column. */
export function fieldValue(row: Row, field: string): unknown {
  if (field in row) return row[field];
  for (let dot = field.indexOf('.'); dot > 0; dot = field.indexOf('.', dot + 1)) {
    const column = row[field.slice(0, dot)];
    if (typeof column === 'object' && column !== null)
      return (column as Record<string, unknown>)[field.slice(dot + 1)];
  }
  return undefined;
}

/** A value on one line. Lists and maps as JSON; what is absent as ''. */
export function renderValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The text of a column, '' where it is absent. */
export const textOf = (row: Row, field: string): string => renderValue(fieldValue(row, field));
