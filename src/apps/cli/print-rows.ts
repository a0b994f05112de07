import type { Row, Source } from '../../model/telemetry/search-api.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

/** `2026-01-02 03:04:05.123` of a time with nine decimals. */
const shortTime = (value: unknown) => String(value).replace('T', ' ').slice(0, 23);

const milliseconds = (nanoseconds: unknown) => {
  const ms = Number(nanoseconds) / 1e6;
  return Number.isFinite(ms) ? `${ms.toFixed(ms < 10 ? 2 : 0)} ms` : '';
};

const columns: Record<Source, readonly (readonly [string, (row: Row) => unknown])[]> = {
  logs: [
    ['time', (row) => shortTime(row.Timestamp)],
    ['severity', (row) => row.SeverityText],
    ['service', (row) => row.ServiceName],
    ['body', (row) => row.Body],
  ],
  traces: [
    ['time', (row) => shortTime(row.Timestamp)],
    ['trace', (row) => row.TraceId],
    ['service', (row) => row.ServiceName],
    ['duration', (row) => milliseconds(row.Duration)],
    ['status', (row) => row.StatusCode],
    ['span', (row) => row.SpanName],
  ],
};

/** Prints records: a table for people, or one JSON object a line. */
export function printRows(
  terminal: Terminal,
  rows: readonly Row[],
  source: Source,
  { json, heads }: { json: boolean; heads: boolean },
): void {
  if (json) {
    for (const row of rows) terminal.out(JSON.stringify(row));
    return;
  }
  if (rows.length === 0) return;
  printTable(
    terminal,
    heads ? columns[source].map(([head]) => head) : columns[source].map(() => ''),
    rows.map((row) => columns[source].map(([, read]) => read(row))),
  );
}
