import type { AlertMatch, Rule, RuleBody, RuleSource } from '../../api/alert-shapes.ts';
import type { FleetSeverity } from '../../api/fleet-shapes.ts';
import { parseLast } from '../../pages/search/time-range.ts';

export type RuleKind = RuleSource['kind'];
export const kindNames: Readonly<Record<RuleKind, string>> = {
  finding: 'Findings of the checks',
  sample: 'A metric of a cluster',
  sql: 'SQL on a cluster',
  search: 'A search in logs or traces',
};

export type Bound = 'above' | 'atLeast' | 'below' | 'atMost';
/** One bound as it is typed; all of a rule's must hold. */
export interface BoundDraft {
  readonly bound: Bound;
  readonly limit: string;
}
export const boundNames: Readonly<Record<Bound, string>> = {
  above: 'above',
  atLeast: 'at least',
  below: 'below',
  atMost: 'at most',
};
type SearchKind = 'count' | 'absence' | 'ratio' | 'change';
export const searchKindNames: Readonly<Record<SearchKind, string>> = {
  count: 'Number of rows',
  absence: 'Not one row',
  ratio: 'Share of the rows that another search finds',
  change: 'Change in per cent against the window before',
};

/** What is typed into the form of a rule. Durations as `5m`, `2h`. */
export interface RuleDraft {
  readonly kind: RuleKind;
  readonly name: string;
  readonly severity: FleetSeverity;
  readonly enabled: boolean;
  readonly cluster: string;
  readonly check: string;
  readonly minSeverity: FleetSeverity;
  readonly metric: string;
  readonly aggregate: 'last' | 'avg' | 'min' | 'max' | 'sum';
  readonly sql: string;
  readonly column: string;
  readonly source: 'logs' | 'traces';
  readonly where: string;
  readonly language: 'lucene' | 'sql';
  readonly test: SearchKind;
  readonly among: string;
  /** At least one. */
  readonly bounds: readonly BoundDraft[];
  readonly window: string;
  readonly every: string;
  readonly hold: string;
  readonly repeat: string;
  readonly channels: readonly string[];
}

export type RuleFaults = { readonly [Field in keyof RuleDraft]?: string };

export const emptyRule: RuleDraft = {
  kind: 'search',
  name: '',
  severity: 'warning',
  enabled: true,
  cluster: '',
  check: '',
  minSeverity: 'warning',
  metric: 'gauge:',
  aggregate: 'avg',
  sql: 'SELECT count() AS value\nFROM \nWHERE time >= {from} AND time < {to}',
  column: 'value',
  source: 'logs',
  where: '',
  language: 'lucene',
  test: 'count',
  among: '',
  bounds: [{ bound: 'above', limit: '0' }],
  window: '5m',
  every: '1m',
  hold: '0s',
  repeat: '4h',
  channels: [],
};

const units: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

/** `90000` → `90s`, `7200000` → `2h`. */
export function renderSpan(ms: number): string {
  const unit = units.find(([size]) => ms >= size && ms % size === 0);
  return unit ? `${ms / unit[0]}${unit[1]}` : '0s';
}

/** Milliseconds of `5m`; nothing and zero count as none where `zero` says so. */
function parseSpan(text: string, zero: boolean): number | undefined {
  if (/^0?[smhd]?$/.test(text.trim())) return zero ? 0 : undefined;
  return parseLast(text);
}

type Bounds = { readonly [B in Bound]?: number | undefined };

const allBounds = Object.keys(boundNames) as Bound[];

function boundsDraft(bounds: Bounds): Pick<RuleDraft, 'bounds'> {
  const given = allBounds.flatMap((bound) => {
    const limit = bounds[bound];
    return limit === undefined ? [] : [{ bound, limit: String(limit) }];
  });
  return { bounds: given.length > 0 ? given : [{ bound: 'above', limit: '' }] };
}

const boundsOf = ({ bounds }: RuleDraft): { [B in Bound]?: number } =>
  Object.fromEntries(bounds.map(({ bound, limit }) => [bound, Number(limit)]));

/** A bound that is not there yet, on the other side of the first one where that is free. */
export function nextBound(bounds: readonly BoundDraft[]): BoundDraft | undefined {
  const free = allBounds.filter((bound) => bounds.every((each) => each.bound !== bound));
  const over = bounds[0]?.bound === 'above' || bounds[0]?.bound === 'atLeast';
  const wanted = over ? 'below' : 'above';
  const bound = free.find((each) => each === wanted) ?? free[0];
  return bound === undefined ? undefined : { bound, limit: '' };
}

function sourceDraft(source: RuleSource): Partial<RuleDraft> {
  if (source.kind === 'finding') {
    const { cluster = '', check = '', minSeverity = 'info' } = source.match;
    return { cluster, check, minSeverity };
  }
  const window = renderSpan(source.windowMs ?? 300_000);
  if (source.kind === 'sample') {
    const { cluster, metric, aggregate = 'avg', bounds } = source;
    return { cluster, metric, aggregate, window, ...boundsDraft(bounds) };
  }
  if (source.kind === 'sql') {
    const { cluster, sql, column = 'value', bounds } = source;
    return { cluster, sql, column, window, ...boundsDraft(bounds) };
  }
  const { test, where = '', language = 'lucene' } = source;
  return {
    source: source.source === 'traces' ? 'traces' : 'logs',
    where,
    language,
    window,
    test: test.kind,
    ...(test.kind === 'ratio' ? { among: test.among ?? '' } : {}),
    ...(test.kind === 'absence' ? {} : boundsDraft(test.bounds)),
  };
}

export const ruleDraftOf = (rule: Rule): RuleDraft => ({
  ...emptyRule,
  kind: rule.source.kind,
  name: rule.name,
  severity: rule.severity,
  enabled: rule.enabled,
  every: renderSpan(rule.everyMs),
  hold: renderSpan(rule.holdMs),
  repeat: renderSpan(rule.repeatMs),
  channels: rule.channels,
  ...sourceDraft(rule.source as RuleSource),
});

function matchOf({ cluster, check, minSeverity }: RuleDraft, kept: AlertMatch): AlertMatch {
  const { cluster: _cluster, check: _check, minSeverity: _severity, ...rest } = kept;
  return {
    ...rest,
    minSeverity,
    ...(cluster === '' ? {} : { cluster }),
    ...(check.trim() === '' ? {} : { check: check.trim() }),
  };
}

type SearchSource = Extract<RuleSource, { kind: 'search' }>;

/** What the form does not show of a saved test (the least rows, the window to compare) stays. */
function testOf(draft: RuleDraft, saved: Rule | undefined): SearchSource['test'] {
  const bounds = boundsOf(draft);
  const before = saved?.source.kind === 'search' ? saved.source.test : undefined;
  if (draft.test === 'absence') return { kind: 'absence' };
  if (draft.test === 'count') return { kind: 'count', bounds };
  if (draft.test === 'ratio')
    return {
      ...(before?.kind === 'ratio' ? before : {}),
      kind: 'ratio',
      among: draft.among,
      bounds,
    };
  return { ...(before?.kind === 'change' ? before : {}), kind: 'change', bounds };
}

function sourceOf(draft: RuleDraft, windowMs: number, saved: Rule | undefined): RuleSource {
  const { cluster, metric, aggregate, sql, column, source, where, language } = draft;
  const bounds = boundsOf(draft);
  if (draft.kind === 'finding') {
    const kept = saved?.source.kind === 'finding' ? saved.source.match : {};
    return { kind: 'finding', match: matchOf(draft, kept) };
  }
  if (draft.kind === 'sample')
    return { kind: 'sample', cluster, metric, aggregate, windowMs, bounds };
  if (draft.kind === 'sql') return { kind: 'sql', cluster, sql, column, windowMs, bounds };
  return { kind: 'search', source, where, language, test: testOf(draft, saved), windowMs };
}

const isNumber = ({ limit }: BoundDraft): boolean => /^-?\d+(\.\d+)?$/.test(limit.trim());

function faultsOf(draft: RuleDraft): RuleFaults {
  const { kind } = draft;
  const span = 'Write a length such as 30s, 5m or 2h';
  const bounded =
    kind === 'sample' || kind === 'sql' || (kind === 'search' && draft.test !== 'absence');
  const onCluster = kind === 'sample' || kind === 'sql';
  const faults: readonly (readonly [keyof RuleDraft, boolean, string])[] = [
    ['name', draft.name.trim() === '', 'A name, for the messages'],
    ['cluster', onCluster && draft.cluster === '', 'Choose a cluster'],
    [
      'metric',
      kind === 'sample' && !/^(gauge|rate):\S+$/.test(draft.metric),
      'gauge:NAME or rate:NAME',
    ],
    ['sql', kind === 'sql' && draft.sql.trim() === '', 'A statement'],
    ['bounds', bounded && !draft.bounds.every(isNumber), 'A number'],
    ['window', kind !== 'finding' && parseSpan(draft.window, false) === undefined, span],
    ['every', kind !== 'finding' && parseSpan(draft.every, false) === undefined, span],
    ['hold', parseSpan(draft.hold, true) === undefined, span],
    ['repeat', parseSpan(draft.repeat, true) === undefined, span],
  ];
  const wrong = faults.filter(([, is]) => is).map(([field, , message]) => [field, message]);
  return Object.fromEntries(wrong);
}

type Parsed =
  | { readonly ok: true; readonly body: RuleBody }
  | { readonly ok: false; readonly faults: RuleFaults };

/** The rule that a draft describes; of a saved one what the form does not show stays. */
export function parseRule(draft: RuleDraft, saved?: Rule): Parsed {
  const faults = faultsOf(draft);
  if (Object.keys(faults).length > 0) return { ok: false, faults };
  const body: RuleBody = {
    name: draft.name.trim(),
    description: saved?.description ?? '',
    enabled: draft.enabled,
    severity: draft.severity,
    source: sourceOf(draft, parseSpan(draft.window, false) ?? 300_000, saved),
    everyMs: parseSpan(draft.every, false) ?? 60_000,
    holdMs: parseSpan(draft.hold, true) ?? 0,
    recoverMs: saved?.recoverMs ?? 0,
    repeatMs: parseSpan(draft.repeat, true) ?? 0,
    channels: [...draft.channels],
    labels: saved?.labels ?? {},
  };
  return { ok: true, body };
}

/** A rule in a line: what it looks at and when it speaks up. */
export function ruleText(source: RuleSource): string {
  const draft = { ...emptyRule, ...sourceDraft(source) };
  const bound = draft.bounds.map((each) => `${boundNames[each.bound]} ${each.limit}`).join(' and ');
  if (source.kind === 'finding') {
    const check = draft.check === '' ? 'all checks' : `check ${draft.check}`;
    return `${check}, ${draft.minSeverity} or worse`;
  }
  if (source.kind === 'sample')
    return `${draft.aggregate} of ${draft.metric} ${bound} in ${draft.window}`;
  if (source.kind === 'sql')
    return `${draft.column} ${bound}: ${draft.sql.replaceAll(/\s+/g, ' ')}`;
  const what = draft.where === '' ? `all ${draft.source}` : draft.where;
  if (draft.test === 'absence') return `no row of ${what} in ${draft.window}`;
  const noun = { count: 'rows', ratio: 'share', change: 'change' }[draft.test];
  return `${noun} of ${what} ${bound} in ${draft.window}`;
}
