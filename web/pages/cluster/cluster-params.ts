import { type Standing, standings } from '../../ui/outcome.ts';
import { parseLast, type TimeRange } from '../search/time-range.ts';

export const tabs = ['health', 'charts', 'tables', 'monitor'] as const;
export type Tab = (typeof tabs)[number];

/** The state of a cluster's page, as its address holds it. What is at its default is absent. */
export interface ClusterParams {
  tab?: Exclude<Tab, 'health'>;
  /** Only what concerns this node. */
  node?: string;
  /** Only findings that stand like this. */
  standing?: Standing[];
  group?: string;
  q?: string;
  last?: string;
  from?: string;
  to?: string;
  /** Charts with a logarithmic scale. */
  log?: '1';
  /** The shown table. */
  table?: string;
  /** The column that the table is sorted by; with a minus, downwards. */
  sort?: string;
}

/** The window of charts, as an address holds it. */
export type RangeParams = Pick<ClusterParams, 'last' | 'from' | 'to' | 'log'>;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTime = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isTab = (value: unknown): value is Exclude<Tab, 'health'> =>
  tabs.some((tab) => tab === value) && value !== 'health';
const isStanding = (value: unknown): value is Standing =>
  standings.some((standing) => standing === value);

/** Of a window, what makes sense. */
export function parseRangeParams(raw: Record<string, unknown>): RangeParams {
  const { from, to, last } = raw;
  const params: RangeParams = {};
  if (isTime(from) && isTime(to) && Date.parse(from) < Date.parse(to))
    Object.assign(params, { from, to });
  else if (isText(last) && parseLast(last)) params.last = last;
  if (raw.log === '1') params.log = '1';
  return params;
}

/** From whatever an address may hold: what makes no sense is as if it were absent. */
export function parseClusterParams(raw: Record<string, unknown>): ClusterParams {
  const params: ClusterParams = parseRangeParams(raw);
  if (isTab(raw.tab)) params.tab = raw.tab;
  for (const field of ['node', 'group', 'q', 'table', 'sort'] as const) {
    const value = raw[field];
    if (isText(value)) params[field] = value;
  }
  const standing = [raw.standing].flat().filter(isStanding);
  if (standing.length > 0) params.standing = standing;
  return params;
}

/** Some of a window's parameters; `undefined` takes one away. */
export type RangeChange = { [K in keyof RangeParams]?: RangeParams[K] | undefined };

/** Some of the parameters; `undefined` takes one away. */
export type ClusterChange = { [K in keyof ClusterParams]?: ClusterParams[K] | undefined };

export function changeParams<Params extends object>(
  params: Params,
  change: { [K in keyof Params]?: Params[K] | undefined },
): Params {
  const merged = Object.entries({ ...params, ...change });
  return Object.fromEntries(
    merged.filter(([, value]) => value !== undefined && value !== '' && String(value) !== ''),
  ) as Params;
}

/** A day: long enough to see what changed. */
const defaultSpan = '1d';

export const rangeOf = ({ from, to, last }: RangeParams): TimeRange =>
  from !== undefined && to !== undefined
    ? { kind: 'between', from, to }
    : { kind: 'last', last: last ?? defaultSpan };

/** What a chosen window changes in an address. */
export const rangeChange = (range: TimeRange): RangeChange =>
  range.kind === 'between'
    ? { from: range.from, to: range.to, last: undefined }
    : {
        from: undefined,
        to: undefined,
        last: range.last === defaultSpan ? undefined : range.last,
      };
