import type { Row, Source, StatusData } from '../../api/shapes.ts';
import { textOf } from '../../table/field-value.ts';

/** What has arrived since the page was opened. */
export interface Arrivals {
  readonly logs: number;
  readonly traces: number;
  readonly services: readonly string[];
  /** The newest record, as one line. */
  readonly latest: string | undefined;
}

export const noArrivals: Arrivals = { logs: 0, traces: 0, services: [], latest: undefined };

export function addArrivedRows(before: Arrivals, source: Source, rows: readonly Row[]): Arrivals {
  const newest = rows.at(-1);
  if (newest === undefined) return before;
  const services = rows.map((row) => textOf(row, 'ServiceName') || '(no service name)');
  return {
    ...before,
    [source]: before[source] + rows.length,
    services: [...new Set([...before.services, ...services])],
    latest: textOf(newest, source === 'logs' ? 'Body' : 'SpanName'),
  };
}

/** Rows that are stored, by what they are. */
export interface StoredRows {
  readonly logs: number;
  readonly traces: number;
  readonly metrics: number;
}

export function countStored({ store }: StatusData): StoredRows {
  const sum = (name: RegExp) =>
    store.tables.filter(({ table }) => name.test(table)).reduce((all, { rows }) => all + rows, 0);
  return {
    logs: sum(/^otel_logs$/),
    traces: sum(/^otel_traces$/),
    metrics: sum(/^otel_metrics_(gauge|sum|histogram|exponential_histogram|summary)$/),
  };
}

/** Requests that the receivers turned away, by reason. */
export const countRefusals = ({ refusals }: StatusData): ReadonlyMap<string, number> =>
  new Map(Object.entries(refusals).filter(([, count]) => count > 0));

/** What was turned away since then. */
export const refusedSince = (
  now: ReadonlyMap<string, number>,
  then: ReadonlyMap<string, number>,
): [reason: string, count: number][] =>
  [...now]
    .map(([reason, count]): [string, number] => [reason, count - (then.get(reason) ?? 0)])
    .filter(([, count]) => count > 0);
