import type { RuleValue } from '../../../core/alerting/index.ts';
import type { SqlSource } from '../../../model/alert/rule-api.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { StatementRows } from './rule-data.ts';

const mostRows = 1_000;

/** The rows of an answer as values: the other columns say what each is about. Throws a RequestFailure. */
export function sqlValues({ column }: SqlSource, { columns, rows }: StatementRows): RuleValue[] {
  const at = columns.indexOf(column);
  if (at < 0)
    throw new RequestFailure(
      'invalid_request',
      `body.source.column: the statement has no column "${column}"`,
      { hint: `It has ${columns.join(', ') || 'none'}. Name one: SELECT … AS ${column}.` },
    );
  if (rows.length > mostRows)
    throw new RequestFailure('limit_exceeded', `the statement gave more than ${mostRows} rows`, {
      hint: 'Put the condition into the statement, or group by fewer columns.',
    });
  return rows.map((row) => ({
    subject: subjectOf(columns, row, at),
    value: numberOf(row[at], column),
  }));
}

function subjectOf(columns: readonly string[], row: readonly unknown[], at: number) {
  const parts = columns.flatMap((name, i) => (i === at ? [] : [`${name}=${String(row[i])}`]));
  return parts.length === 0 ? {} : { object: parts.join(', ').slice(0, 500) };
}

function numberOf(cell: unknown, column: string): number | null {
  if (cell === null || cell === undefined) return null;
  const value = typeof cell === 'string' && cell.trim() === '' ? Number.NaN : Number(cell);
  if (!Number.isNaN(value)) return value;
  if (cell === 'nan' || cell === 'NaN') return null;
  throw new RequestFailure(
    'invalid_request',
    `body.source.column: "${column}" is ${JSON.stringify(cell).slice(0, 60)}, which is no number`,
  );
}
