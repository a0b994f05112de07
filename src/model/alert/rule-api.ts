import { z } from 'zod';
import { TimeInput } from '../api/envelope.ts';
import { Severity } from '../fleet/finding.ts';
import { Language, Source } from '../telemetry/search-api.ts';
import { AlertMatch } from './alert-match.ts';

const dayMs = 86_400_000;
const WindowMs = z
  .int()
  .min(10_000)
  .max(7 * dayMs)
  .multipleOf(1_000);

/** When a value is out of bounds. Every bound that is given must hold. */
export const Bounds = z.strictObject({
  above: z.number().optional(),
  atLeast: z.number().optional(),
  below: z.number().optional(),
  atMost: z.number().optional(),
});
export type Bounds = z.infer<typeof Bounds>;

/** Which findings of the checks people are told of. */
const FindingSource = z.strictObject({ kind: z.literal('finding'), match: AlertMatch });

/** A metric that the monitor collects, of each node. */
export const SampleSource = z.strictObject({
  kind: z.literal('sample'),
  /** Id of the cluster. */
  cluster: z.string().min(1).max(100),
  metric: z.string().min(1).max(300),
  /** How the samples of the window become one value. */
  aggregate: z.enum(['last', 'avg', 'min', 'max', 'sum']).default('avg'),
  windowMs: WindowMs.default(300_000),
  bounds: Bounds,
});

/** A statement on a cluster. `{from}` and `{to}` stand for the window. */
export const SqlSource = z.strictObject({
  kind: z.literal('sql'),
  cluster: z.string().min(1).max(100),
  sql: z.string().min(1).max(65_536),
  /** Column with the value; the other columns tell the rows apart. */
  column: z.string().min(1).max(300).default('value'),
  windowMs: WindowMs.default(300_000),
  bounds: Bounds,
});

/** What is asked of the rows that a search finds. */
export const SearchTest = z.discriminatedUnion('kind', [
  /** Rows in the window. */
  z.strictObject({ kind: z.literal('count'), bounds: Bounds }),
  /** Not one row in the window. */
  z.strictObject({ kind: z.literal('absence') }),
  /** Share, 0–1, of the rows that `among` finds which `where` finds too. */
  z.strictObject({
    kind: z.literal('ratio'),
    among: z.string().max(65_536).default(''),
    /** Fewer rows than this in `among` say nothing. */
    minRows: z.int().min(1).default(1),
    bounds: Bounds,
  }),
  /** Change in per cent against an earlier window of the same length. */
  z.strictObject({
    kind: z.literal('change'),
    against: z.enum(['window before', 'day before', 'week before']).default('window before'),
    /** Fewer rows than this in the earlier window say nothing. */
    minRows: z.int().min(1).default(1),
    bounds: Bounds,
  }),
]);
export type SearchTest = z.infer<typeof SearchTest>;

/** A search over logs or traces. */
export const SearchRuleSource = z.strictObject({
  kind: z.literal('search'),
  source: Source.default('logs'),
  where: z.string().max(65_536).default(''),
  language: Language.default('lucene'),
  test: SearchTest,
  windowMs: WindowMs.default(300_000),
});

export const RuleSource = z.discriminatedUnion('kind', [
  FindingSource,
  SampleSource,
  SqlSource,
  SearchRuleSource,
]);
export type RuleSource = z.infer<typeof RuleSource>;
export type SampleSource = z.infer<typeof SampleSource>;
export type SqlSource = z.infer<typeof SqlSource>;
export type SearchRuleSource = z.infer<typeof SearchRuleSource>;

/** What a person says of a rule. Durations in milliseconds. */
export const RuleBody = z.strictObject({
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2_000).default(''),
  enabled: z.boolean().default(true),
  /** Of the alert; a finding keeps its own. */
  severity: Severity.default('warning'),
  source: RuleSource,
  /** How often it is evaluated; the findings' own rhythm where it is about findings. */
  everyMs: z.int().min(10_000).max(dayMs).multipleOf(1_000).default(60_000),
  /** How long it must hold before anybody is told. */
  holdMs: z
    .int()
    .min(0)
    .max(7 * dayMs)
    .default(0),
  /** How long it must be over before it counts as resolved. */
  recoverMs: z.int().min(0).max(dayMs).default(0),
  /** Between reminders while it fires and nobody acknowledged it; 0 = none. */
  repeatMs: z
    .int()
    .min(0)
    .max(30 * dayMs)
    .default(14_400_000),
  /** Ids of channels; empty: all of them. */
  channels: z.array(z.string().min(1).max(100)).max(50).default([]),
  labels: z.record(z.string().max(63), z.string().max(200)).default({}),
});
export type RuleBody = z.infer<typeof RuleBody>;

/** A rule as it is kept. */
export const Rule = RuleBody.extend({
  id: z.string(),
  /** `default`: made at the first start. */
  origin: z.enum(['default', 'api']),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastEvaluatedAt: z.string().nullable(),
  /** Why the last evaluation has no answer. */
  problem: z.string().nullable(),
});
export type Rule = z.infer<typeof Rule>;
export const RulesData = z.object({ rules: z.array(Rule) });
export const RuleData = z.object({ rule: Rule });
/** What was saved; `warning`: it could not be tried, and why. */
export const SavedRuleData = RuleData.extend({ warning: z.string().optional() });

/** `POST /rules/dry-run`: a rule that is not saved, over what has been. */
export const DryRunBody = z.strictObject({
  rule: RuleBody,
  /** Default: the last seven days. */
  from: TimeInput.optional(),
  to: TimeInput.optional(),
});
export type DryRunBody = z.infer<typeof DryRunBody>;
export const DryRunData = z.object({
  /** `would have fired 3 times last week`. */
  summary: z.string(),
  fired: z.int(),
  firings: z.array(
    z.object({
      from: z.string(),
      /** Null: it would still fire. */
      to: z.string().nullable(),
      message: z.string(),
    }),
  ),
  /** What was looked at: it can be less than was asked for, by the data or by the budget. */
  from: z.string(),
  to: z.string(),
  evaluations: z.int(),
  complete: z.boolean(),
  /** Why it is not complete. */
  note: z.string().optional(),
  /** Rows that the store or the cluster read for it. */
  rowsRead: z.number(),
});
export type DryRunData = z.infer<typeof DryRunData>;
