import { fieldValue } from '../../../core/search/field-value.ts';
import {
  fillHistogram,
  histogramStatement,
  planHistogram,
} from '../../../core/search/histogram-buckets.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { collectRows } from './collect-rows.ts';
import { type PlannedSearch, rangeOf } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';

const defaultGroup = { logs: 'SeverityText', traces: 'StatusCode' } as const;

/** Counts over time of the rows that the same search finds. Throws RequestFailure. */
export async function searchHistogram(
  context: SearchContext,
  search: PlannedSearch,
  wanted: { readonly buckets: number; readonly groupBy?: string | undefined },
  signal: AbortSignal,
) {
  const range = rangeOf(context, search.input);
  const plan = planHistogram(range, wanted.buckets);
  const groupBy = wanted.groupBy ?? defaultGroup[search.input.source];
  const group = groupBy === '' ? undefined : groupOf(search, groupBy);
  const query = histogramStatement(search.source.table, search.filter, range, plan, {
    sql: group?.sql ?? `''`,
  });
  const params = {
    ...search.filter.params,
    ...group?.params,
    castellan_series: context.limits.histogramSeries,
  };
  const found = await collectRows(context, { query, params, where: search.input.where }, signal);
  const rows = found.rows.map(
    ([rank, name, bucket, count]) =>
      [Number(rank), String(name), Number(bucket), Number(count)] as const,
  );
  const { rows: _, ...cost } = found;
  return {
    data: { intervalMs: plan.intervalMs, ...fillHistogram(plan, rows) },
    meta: { ...cost, sql: query, warnings: search.warnings },
  };
}

function groupOf(search: PlannedSearch, groupBy: string) {
  const value = fieldValue(groupBy, search.source.searchTable, 'group');
  if (!value.ok)
    throw new RequestFailure('invalid_request', `groupBy: ${value.error}`, {
      details: { field: 'groupBy' },
    });
  return value.value;
}
