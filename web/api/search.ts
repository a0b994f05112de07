import { queryOptions } from '@tanstack/react-query';
import { parseNs, renderNs } from '../ui/time.ts';
import { call, send } from './client.ts';
import { failureOf } from './failure.ts';
import { readLines } from './lines.ts';
import type {
  CompileData,
  FacetsData,
  FieldsData,
  HistogramData,
  QueryBody,
  RangeBody,
  Row,
  SearchLine,
  Source,
  TraceData,
  ValuesData,
} from './shapes.ts';

/** POST /search as it streams. Ends after `end`; an `error` line throws `ApiFailure`. */
export async function* streamSearch(
  body: RangeBody & { limit: number; cursor?: string },
  signal: AbortSignal,
): AsyncGenerator<Exclude<SearchLine, { type: 'error' }>> {
  const response = await send('/search', {
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
  if (!ended) {
    throw failureOf(
      {
        code: 'unavailable',
        message: 'The answer broke off before its end.',
        hint: 'What arrived is shown. Run the search again to get the rest.',
      },
      response.status,
    );
  }
}

/** Diagnostics, SQL and explanation of a query, without running it. */
export const compileQuery = (body: QueryBody) =>
  queryOptions({
    queryKey: ['compile', body],
    queryFn: ({ signal }) => call<CompileData>('POST', '/search/compile', { body, signal }),
    staleTime: 60_000,
    retry: false,
  });

export const histogramQuery = (body: RangeBody & { buckets: number }) =>
  queryOptions({
    queryKey: ['histogram', body],
    queryFn: ({ signal }) => call<HistogramData>('POST', '/search/histogram', { body, signal }),
    staleTime: 60_000,
    retry: false,
  });

export const facetsQuery = (body: RangeBody & { perField: number; fields?: string[] }) =>
  queryOptions({
    queryKey: ['facets', body],
    queryFn: ({ signal }) => call<FacetsData>('POST', '/search/facets', { body, signal }),
    staleTime: 60_000,
    retry: false,
  });

export const fieldsQuery = (source: Source) =>
  queryOptions({
    queryKey: ['fields', source],
    queryFn: ({ signal }) => call<FieldsData>('GET', `/search/fields?source=${source}`, { signal }),
    staleTime: 60_000,
  });

export const valuesQuery = (body: {
  source: Source;
  field: string;
  prefix?: string;
  from: string;
  to: string;
  limit: number;
}) =>
  queryOptions({
    queryKey: ['values', body],
    queryFn: ({ signal }) => call<ValuesData>('POST', '/search/values', { body, signal }),
    staleTime: 60_000,
    retry: false,
  });

/** Rows of one microsecond: those that a link to a row may mean. */
export const findRowQuery = (source: Source, time: string) =>
  queryOptions({
    queryKey: ['row', source, time],
    queryFn: async ({ signal }) => {
      const from = time.replace(/\d{3}Z$/, '000Z');
      const ns = parseNs(from) ?? 0n;
      const body = {
        source,
        where: '',
        language: 'lucene' as const,
        from,
        to: renderNs(ns + 1_000n),
        limit: 1_000,
      };
      return (await call<{ rows: Row[] }>('POST', '/search', { body, signal })).rows;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const traceQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) =>
      call<TraceData>('GET', `/traces/${encodeURIComponent(traceId)}`, { signal }),
    staleTime: 30_000,
    retry: false,
  });
