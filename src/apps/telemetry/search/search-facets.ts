import {
  type FacetField,
  facetsStatement,
  rolledUpFacetsStatement,
  rolledUpRange,
} from '../../../core/search/facet-statement.ts';
import { fieldValue } from '../../../core/search/field-value.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import { type CollectedRows, collectRows } from './collect-rows.ts';
import { type PlannedSearch, rangeOf } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';

export interface Facet {
  readonly field: string;
  readonly values: { readonly value: string; readonly count: number }[];
  readonly sampled: boolean;
}

/**
 * The most frequent values of fields. Without a filter, columns that are rolled up are counted
 * exactly from the roll-ups and the edges of the range; everything else from the rows, up to
 * `sampleRows` of them. Throws RequestFailure.
 */
export async function searchFacets(
  context: SearchContext,
  search: PlannedSearch,
  wanted: { readonly fields?: readonly string[] | undefined; readonly perField: number },
  signal: AbortSignal,
) {
  const range = rangeOf(context, search.input);
  const { facetColumns, rolledUp } = search.source;
  const offered = facetColumns.map((column) => fieldOfColumn(search, column));
  const names = [...new Set(wanted.fields ?? offered)];
  const fields = names.map((name, i) => facetField(search, name, String(i)));
  const whole = rolledUp && search.filter.matchesAll ? rolledUpRange(range) : undefined;
  const fast = whole ? fields.filter(({ value }) => facetColumns.includes(value.column ?? '')) : [];
  const slow = fields.filter((field) => !fast.includes(field));
  const perField = wanted.perField;
  const facets: Facet[] = [];
  const cost = { rowsRead: 0, bytesRead: 0, elapsedMs: 0 };
  const parts = [
    {
      fields: fast,
      query: whole && rolledUpFacetsStatement(search.source.table, range, whole, fast, perField),
    },
    {
      fields: slow,
      query: facetsStatement(search.source.table, search.filter, range, slow, perField),
    },
  ];
  for (const part of parts) {
    if (part.fields.length === 0 || part.query === undefined) continue;
    const found = await collectSample(context, search, part.query, part.fields, signal);
    facets.push(...facetsOf(context, part.fields, found));
    cost.rowsRead += found.rowsRead;
    cost.bytesRead += found.bytesRead;
    cost.elapsedMs += found.elapsedMs;
  }
  facets.sort((a, b) => names.indexOf(a.field) - names.indexOf(b.field));
  return { data: { facets }, meta: { ...cost, warnings: search.warnings } };
}

function facetField(search: PlannedSearch, name: string, slot: string): FacetField {
  const value = fieldValue(name, search.source.searchTable, slot);
  if (!value.ok)
    throw new RequestFailure('invalid_request', `fields: ${value.error}`, {
      details: { field: name },
    });
  return { name, value: value.value };
}

/** What people call a column: that of a materialized one is the key it was made from. */
function fieldOfColumn(search: PlannedSearch, column: string): string {
  for (const [map, keys] of Object.entries(search.source.searchTable.materializedKeys))
    for (const [key, name] of Object.entries(keys)) if (name === column) return `${map}.${key}`;
  return column;
}

const collectSample = (
  context: SearchContext,
  search: PlannedSearch,
  query: string,
  fields: readonly FacetField[],
  signal: AbortSignal,
): Promise<CollectedRows> =>
  collectRows(
    context,
    {
      query,
      params: Object.assign({}, search.filter.params, ...fields.map(({ value }) => value.params)),
      settings: {
        max_rows_to_read: String(context.limits.sampleRows),
        read_overflow_mode: 'break',
      },
      where: search.input.where,
    },
    signal,
  );

function facetsOf(
  context: SearchContext,
  fields: readonly FacetField[],
  found: CollectedRows,
): Facet[] {
  const sampled = found.rowsRead >= context.limits.sampleRows;
  const values = fields.map((): { value: string; count: number }[] => []);
  for (const [facet, value, count] of found.rows)
    values[Number(facet)]?.push({ value: String(value), count: Number(count) });
  return fields.map(({ name }, i) => ({ field: name, values: values[i] ?? [], sampled }));
}
