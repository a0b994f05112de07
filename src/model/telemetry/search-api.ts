import { z } from 'zod';
import { TimeInput } from '../api/envelope.ts';

/** Shapes of the search API: `docs/api.md` and the OpenAPI document are made from these. */
export const Source = z.enum(['logs', 'traces']);
export type Source = z.infer<typeof Source>;

export const Language = z.enum(['lucene', 'sql']);
export type Language = z.infer<typeof Language>;

const defaultLimit = 200;
export const maxLimit = 10_000;
const Limit = z.int().min(1).max(maxLimit).default(defaultLimit);

/** What is searched, where and when. `from` inclusive, `to` exclusive; default the last 15 minutes. */
const query = {
  source: Source.default('logs'),
  where: z.string().max(65_536).default(''),
  language: Language.default('lucene'),
};
const range = { from: TimeInput.optional(), to: TimeInput.optional() };

export const SearchBody = z.strictObject({
  ...query,
  ...range,
  limit: Limit,
  cursor: z.string().optional(),
});
export type SearchBody = z.infer<typeof SearchBody>;

/** A stored row: an object by column name. Times RFC 3339 with nine decimals; maps are objects. */
export const Row = z.record(z.string(), z.unknown());
export type Row = z.infer<typeof Row>;

export const Diagnostic = z.object({
  message: z.string(),
  start: z.int(),
  end: z.int(),
  severity: z.enum(['error', 'warning', 'info']),
});
export type Diagnostic = z.infer<typeof Diagnostic>;

export const SearchMeta = z.object({
  sql: z.string(),
  explanation: z.string(),
  rowsRead: z.number(),
  bytesRead: z.number(),
  elapsedMs: z.number(),
  complete: z.boolean(),
  cursor: z.string().nullable(),
  warnings: z.array(Diagnostic),
});
export type SearchMeta = z.infer<typeof SearchMeta>;

export const SearchData = z.object({ rows: z.array(Row) });

/** A line of the NDJSON answer of POST /search. */
export const SearchLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rows'), rows: z.array(Row) }),
  z.object({
    type: z.literal('progress'),
    rowsRead: z.number(),
    bytesRead: z.number(),
    elapsedMs: z.number(),
    /** How far back the search has looked, RFC 3339, and the share of the range, 0..1. */
    searchedTo: z.string(),
    fraction: z.number(),
  }),
  z.object({ type: z.literal('end'), meta: SearchMeta }),
  z.object({ type: z.literal('error'), error: z.unknown() }),
]);
export type SearchLine = z.infer<typeof SearchLine>;

export const CompileBody = z.strictObject(query);
export const CompileData = z.object({
  sql: z.string(),
  params: z.record(z.string(), z.unknown()),
  explanation: z.string(),
  diagnostics: z.array(Diagnostic),
});

export const HistogramBody = z.strictObject({
  ...query,
  ...range,
  buckets: z.int().min(1).max(2_000).default(60),
  /** A field name; default SeverityText for logs, StatusCode for traces; '' = one series. */
  groupBy: z.string().optional(),
  limit: z.int().optional(),
  cursor: z.string().optional(),
});
export const HistogramData = z.object({
  intervalMs: z.number(),
  /** Points are [start of bucket, RFC 3339; count]. */
  series: z.array(
    z.object({
      name: z.string(),
      /** The values that are not among the named series, summed up. */
      other: z.literal(true).optional(),
      points: z.array(z.tuple([z.string(), z.number()])),
    }),
  ),
  total: z.number(),
});

export const FacetsBody = z.strictObject({
  ...query,
  ...range,
  fields: z.array(z.string()).max(100).optional(),
  perField: z.int().min(1).max(1_000).default(10),
  limit: z.int().optional(),
  cursor: z.string().optional(),
});
export const FacetsData = z.object({
  facets: z.array(
    z.object({
      field: z.string(),
      values: z.array(z.object({ value: z.string(), count: z.number() })),
      /** True when the counts come from a sample of the rows. */
      sampled: z.boolean(),
    }),
  ),
});

export const FieldsQuery = z.strictObject({ source: Source.default('logs') });
export const FieldsData = z.object({
  fields: z.array(z.object({ name: z.string(), type: z.string(), indexed: z.boolean() })),
});

export const ValuesBody = z.strictObject({
  source: Source.default('logs'),
  field: z.string(),
  prefix: z.string().optional(),
  ...range,
  limit: z.int().min(1).max(1_000).default(20),
});
export const ValuesData = z.object({
  values: z.array(z.object({ value: z.string(), count: z.number().optional() })),
});

export const SqlBody = z.strictObject({
  query: z.string().min(1),
  params: z.record(z.string(), z.unknown()).optional(),
  limit: Limit,
});
export const SqlData = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(Row),
});
export const SqlMeta = z.object({
  rowsRead: z.number(),
  bytesRead: z.number(),
  elapsedMs: z.number(),
  /** False when `limit` cut the answer. */
  complete: z.boolean(),
});

export const TraceData = z.object({
  spans: z.array(Row),
  logs: z.array(Row),
  /** False when a limit cut the spans or the logs. */
  complete: z.boolean(),
});

export const TailQuery = z.strictObject(query);
