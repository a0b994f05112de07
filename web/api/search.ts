import { queryOptions } from '@tanstack/react-query';
import { parseNs, renderNs } from '../ui/time.ts';
import { client, dataOf, openStream } from './client.ts';
import { failureOf } from './failure.ts';
import { readLines } from './lines.ts';
import type {
  HistogramData,
  QueryBody,
  RangeBody,
  SearchLine,
  Source,
  ValuesBody,
} from './shapes.ts';

/** Counts of an unchanged query in an unchanged window are not asked for twice within a minute. */
const freshMs = 60_000;

/** POST /search as it streams. Ends after `end`; an `error` line throws `ApiFailure`. */
export async function* streamSearch(
  body: RangeBody & { limit: number; cursor?: string },
  signal: AbortSignal,
): AsyncGenerator<Exclude<SearchLine, { type: 'error' }>> {
  const response = await openStream('/search', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    signal,
  });
  let ended = false;
  if (response.body !== null) {
    for await (const line of readLines(response.body)) {
      const parsed = JSON.parse(line) as SearchLine;
      if (parsed.type === 'error') throw failureOf(parsed.error, response.status);
      if (parsed.type === 'end') ended = true;
      yield parsed;
    }
  }
  if (ended) return;
  const message = 'The answer broke off before its end.';
  const hint = 'What arrived is shown. Run the search again to get the rest.';
  throw failureOf({ code: 'unavailable', message, hint }, response.status);
}

/** Diagnostics, SQL and explanation of a query, without running it. */
export const compileQuery = (body: QueryBody) =>
  queryOptions({
    queryKey: ['compile', body],
    queryFn: ({ signal }) => dataOf(client.POST('/api/v1/search/compile', { body, signal })),
    staleTime: freshMs,
    retry: false,
  });

export const histogramQuery = (body: RangeBody & { buckets: number }) =>
  queryOptions({
    queryKey: ['histogram', body],
    // The client's types forget that points are pairs; those of the description do not.
    queryFn: ({ signal }) =>
      dataOf(client.POST('/api/v1/search/histogram', { body, signal })) as Promise<HistogramData>,
    staleTime: freshMs,
    retry: false,
  });

export const facetsQuery = (body: RangeBody & { perField: number; fields?: string[] }) =>
  queryOptions({
    queryKey: ['facets', body],
    queryFn: ({ signal }) => dataOf(client.POST('/api/v1/search/facets', { body, signal })),
    staleTime: freshMs,
    retry: false,
  });

export const fieldsQuery = (source: Source) =>
  queryOptions({
    queryKey: ['fields', source],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/search/fields', { params: { query: { source } }, signal })),
    staleTime: freshMs,
  });

export const valuesQuery = (body: ValuesBody) =>
  queryOptions({
    queryKey: ['values', body],
    queryFn: ({ signal }) => dataOf(client.POST('/api/v1/search/values', { body, signal })),
    staleTime: freshMs,
    retry: false,
  });

/** Rows of one microsecond: those that a link to a row may mean. */
export const findRowQuery = (source: Source, time: string) =>
  queryOptions({
    queryKey: ['row', source, time],
    queryFn: async ({ signal }) => {
      const from = time.replace(/\d{3}Z$/, '000Z');
      const to = renderNs((parseNs(from) ?? 0n) + 1_000n);
      const body = { source, from, to, limit: 1_000 };
      return (await dataOf(client.POST('/api/v1/search', { body, signal }))).rows;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const traceQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/traces/{traceId}', { params: { path: { traceId } }, signal })),
    staleTime: 30_000,
    retry: false,
  });
