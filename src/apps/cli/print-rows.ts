import type { Row, Source } from '../../model/telemetry/search-api.ts';
import { startTable } from './print-table.ts';
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

/** Prints records as they come: a table for people, or one JSON object a line. */
export function startRows(
  terminal: Terminal,
  source: Source,
  json: boolean,
): (rows: readonly Row[]) => void {
  if (json)
    return (rows) => {
      for (const row of rows) terminal.out(JSON.stringify(row));
    };
  const shown = columns[source];
  const print = startTable(
    terminal,
    shown.map(([head]) => head),
  );
  return (rows) => {
    if (rows.length > 0) print(rows.map((row) => shown.map(([, read]) => read(row))));
  };
}
