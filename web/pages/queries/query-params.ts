import type { Grouping, QuerySort } from '../../api/queries.ts';
import { parseRangeParams, type RangeParams } from '../cluster/cluster-params.ts';
import type { TimeRange } from '../search/time-range.ts';
import { numberColumns } from './query-words.ts';

export const views = ['log', 'running', 'kills'] as const;
export type View = (typeof views)[number];

export const groupings: readonly Grouping[] = [
  'fingerprint',
  'user',
  'table',
  'kind',
  'error',
  'node',
];
const sorts: readonly QuerySort[] = numberColumns.map(({ sort }) => sort);

/** What queries are counted; `code` 0 = those that did not fail. */
export interface FilterParams {
  user?: string;
  table?: string;
  kind?: string;
  code?: string;
  text?: string;
  node?: string;
  scope?: 'all';
}
export const filterNames = ['text', 'user', 'table', 'kind', 'code', 'node'] as const;
export type FilterName = (typeof filterNames)[number];

/** The state of the page of queries, as its address holds it. What is at its default is absent. */
export interface QueriesParams extends FilterParams, Omit<RangeParams, 'log'> {
  view?: Exclude<View, 'log'>;
  by?: Exclude<Grouping, 'fingerprint'>;
  sort?: Exclude<QuerySort, 'total'>;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const oneOf = <T extends string>(all: readonly T[], value: unknown, preset: T): T | undefined =>
  all.find((each) => each === value && each !== preset);

/** From whatever an address may hold: what makes no sense is as if it were absent. */
export function parseQueriesParams(raw: Record<string, unknown>): QueriesParams {
  const { log: _log, ...range } = parseRangeParams(raw);
  const params: QueriesParams = { ...range };
  const view = oneOf(views, raw.view, 'log');
  const by = oneOf(groupings, raw.by, 'fingerprint');
  const sort = oneOf(sorts, raw.sort, 'total');
  if (view !== undefined && view !== 'log') params.view = view;
  if (by !== undefined && by !== 'fingerprint') params.by = by;
  if (sort !== undefined && sort !== 'total') params.sort = sort;
  for (const name of filterNames) {
    const value = raw[name];
    if (isText(value) && value.length <= 500) params[name] = value;
  }
  if (params.code !== undefined && !/^-?\d{1,9}$/.test(params.code)) delete params.code;
  if (raw.scope === 'all') params.scope = 'all';
  return params;
}

/** The state of the page of one query. */
export interface QueryParams extends Omit<RangeParams, 'log'> {
  node?: string;
  scope?: 'all';
}

export function parseQueryParams(raw: Record<string, unknown>): QueryParams {
  const { from, to, last, node, scope } = parseQueriesParams(raw);
  return {
    ...(from === undefined || to === undefined ? {} : { from, to }),
    ...(last === undefined ? {} : { last }),
    ...(node === undefined ? {} : { node }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** An hour: what a log gives quickly, and most questions are about. */
const defaultSpan = '1h';

export const rangeOf = ({ from, to, last }: QueryParams): TimeRange =>
  from !== undefined && to !== undefined
    ? { kind: 'between', from, to }
    : { kind: 'last', last: last ?? defaultSpan };

export const rangeChange = (range: TimeRange) =>
  range.kind === 'between'
    ? { from: range.from, to: range.to, last: undefined }
    : {
        from: undefined,
        to: undefined,
        last: range.last === defaultSpan ? undefined : range.last,
      };
