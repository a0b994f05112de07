import type { Language, Source } from '../../api/shapes.ts';
import { defaultLast, parseLast, type TimeRange } from './time-range.ts';

/** The whole state of the search page, as its address holds it. */
export interface SearchState {
  readonly source: Source;
  readonly where: string;
  readonly language: Language;
  readonly range: TimeRange;
  /** Shown columns; absent = those of the source. */
  readonly columns?: readonly string[];
  /** The open row: its time and a fingerprint (`row-identity.ts`). */
  readonly row?: string;
  readonly live: boolean;
  readonly wrap: boolean;
}

/** The address's parameters. What is at its default is left out. */
export interface SearchParams {
  source?: 'traces';
  q?: string;
  lang?: 'sql';
  last?: string;
  from?: string;
  to?: string;
  col?: string[];
  row?: string;
  live?: '1';
  wrap?: '1';
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** From whatever an address may hold: what makes no sense is as if it were absent. */
export function parseSearchParams(raw: Record<string, unknown>): SearchParams {
  const params: SearchParams = {};
  if (raw.source === 'traces') params.source = 'traces';
  if (raw.lang === 'sql') params.lang = 'sql';
  const { q, last, from, to, row } = raw;
  if (text(q)) params.q = text(q)!;
  if (isTime(from) && isTime(to) && Date.parse(from) < Date.parse(to))
    Object.assign(params, { from, to });
  else if (text(last) && parseLast(text(last)!)) params.last = text(last)!;
  const columns = [raw.col].flat().filter((each) => text(each) !== undefined);
  if (columns.length > 0) params.col = columns as string[];
  if (text(row)) params.row = text(row)!;
  if (raw.live === '1') params.live = '1';
  if (raw.wrap === '1') params.wrap = '1';
  return params;
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));

export function stateOf(params: SearchParams): SearchState {
  const { from, to } = params;
  return {
    source: params.source ?? 'logs',
    where: params.q ?? '',
    language: params.lang ?? 'lucene',
    range:
      from !== undefined && to !== undefined
        ? { kind: 'between', from, to }
        : { kind: 'last', last: params.last ?? defaultLast },
    ...(params.col ? { columns: params.col } : {}),
    ...(params.row ? { row: params.row } : {}),
    live: params.live === '1',
    wrap: params.wrap === '1',
  };
}

export function paramsOf(state: SearchState): SearchParams {
  const { range } = state;
  return {
    ...(state.source === 'traces' ? { source: 'traces' as const } : {}),
    ...(state.where === '' ? {} : { q: state.where }),
    ...(state.language === 'sql' ? { lang: 'sql' as const } : {}),
    ...(range.kind === 'between'
      ? { from: range.from, to: range.to }
      : range.last === defaultLast
        ? {}
        : { last: range.last }),
    ...(state.columns && state.columns.length > 0 ? { col: [...state.columns] } : {}),
    ...(state.row ? { row: state.row } : {}),
    ...(state.live ? { live: '1' as const } : {}),
    ...(state.wrap ? { wrap: '1' as const } : {}),
  };
}

/** Some of the state; `undefined` puts an optional part back to its default. */
export type SearchChange = { [K in keyof SearchState]?: SearchState[K] | undefined };

export function applyChange(state: SearchState, change: SearchChange): SearchState {
  const merged = { ...state, ...change };
  const set = Object.entries(merged).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as unknown as SearchState;
}
