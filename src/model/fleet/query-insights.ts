import { z } from 'zod';

/** Shapes of `/clusters/{id}/queries…`. Times are RFC 3339, UTC; durations milliseconds. */

export const groupings = ['fingerprint', 'user', 'table', 'kind', 'error', 'node'] as const;
/** What one row of the answer stands for. */
export const Grouping = z.enum(groupings);
export type Grouping = z.infer<typeof Grouping>;

export const querySorts = [
  'total',
  'runs',
  'failed',
  'p50',
  'p95',
  'p99',
  'readRows',
  'readBytes',
  'writtenRows',
  'memory',
  'cpu',
] as const;
/** By what rows are ordered, the most first. `total`: all time spent. */
export const QuerySort = z.enum(querySorts);
export type QuerySort = z.infer<typeof QuerySort>;

const text = z.string().min(1).max(500).optional();

/** Which queries are counted; what is absent does not matter. */
export const QueryFilter = z.object({
  user: text,
  /** `database.table`, as the server logs it. */
  table: text,
  /** select, insert, create …, in small letters. */
  kind: text,
  /** ClickHouse's error code; 0 = those that did not fail. */
  code: z.coerce.number().int().min(-2_147_483_648).max(2_147_483_647).optional(),
  /** Part of the normalized text, in any case of letters. */
  text,
  /** `host:port` of a node. */
  node: text,
  /** `initial`: as clients sent them. `all`: also what nodes ask each other for Distributed tables. */
  scope: z.enum(['initial', 'all']).default('initial'),
});
export type QueryFilter = z.output<typeof QueryFilter>;

const count = z.number();

/** What a set of ended queries did. Quantiles are of those that finished, within 3 %. */
export const QueryNumbers = z.object({
  runs: count,
  failed: count,
  /** 0–1. */
  errorRate: z.number(),
  /** null where none finished. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Of all of them together. */
  totalMs: count,
  readRows: count,
  readBytes: count,
  writtenRows: count,
  resultRows: count,
  /** Of the one that took the most; null where the server does not log it. */
  memoryBytes: z.number().nullable(),
  /** null where the server does not log it. */
  cpuMs: z.number().nullable(),
});
export type QueryNumbers = z.infer<typeof QueryNumbers>;

const ErrorCount = z.object({ code: z.int(), name: z.string(), count });

const QueryGroup = QueryNumbers.extend({
  /** Hash of the normalized text, user, table, kind, code or node. */
  key: z.string(),
  /** The normalized text of one of its queries; '' where a row is no fingerprint. */
  shape: z.string(),
  kind: z.string(),
  /** The most frequent ones. */
  errors: z.array(ErrorCount),
  /** Some of its users and tables, at most 20. */
  users: z.array(z.string()),
  tables: z.array(z.string()),
  nodes: z.array(z.string()),
  firstSeen: z.string(),
  lastSeen: z.string(),
});
export type QueryGroup = z.infer<typeof QueryGroup>;

const TrendPoint = QueryNumbers.extend({
  /** Where its step begins. */
  at: z.string(),
});

/** What one node said, or why it did not. */
const AskedNode = z.object({
  node: z.string(),
  ok: z.boolean(),
  /**
   * `offline`, `pending`: it cannot be asked now. `table`: no query_log. `column`: it logs nothing to
   * group or filter by. `grant`: no right. `budget`: enough was read of it. `error`: it failed.
   */
  reason: z
    .enum(['offline', 'pending', 'table', 'column', 'grant', 'budget', 'error', 'timeout'])
    .optional(),
  detail: z.string().optional(),
  /** The statement that gives the missing right. */
  grant: z.string().optional(),
  /** From when on its queries are counted, where that is later than what was asked for. */
  countedFrom: z.string().optional(),
  /** It has more rows than were taken over: the last of them are left out. */
  truncated: z.boolean().optional(),
  /** Who took the literals out of texts: the server's own function, or patterns of ours. */
  normalizedBy: z.enum(['server', 'patterns']).optional(),
  rowsRead: z.number().optional(),
  elapsedMs: z.number().optional(),
  /** What was asked, for "Show SQL". */
  sql: z.array(z.string()),
});
export type AskedNode = z.infer<typeof AskedNode>;

/** Why there is nothing to show. */
const Emptiness = z.object({
  /** `none`: the log was read, and no query in it fits. */
  reason: z.enum(['disabled', 'grant', 'unreachable', 'column', 'none']),
  message: z.string(),
  grant: z.string().optional(),
});
export type Emptiness = z.infer<typeof Emptiness>;

const Window = z.object({ from: z.string(), to: z.string(), stepMs: z.number() });

/** `GET /clusters/{id}/queries`. */
export const QueriesData = z.object({
  window: Window,
  by: Grouping,
  /** Of all that fit, those that `groups` leaves out included. */
  totals: QueryNumbers,
  groups: z.array(QueryGroup),
  /** There are more groups than `limit`. */
  more: z.boolean(),
  /** By time and kind, the oldest first; steps without queries are left out. */
  trend: z.array(TrendPoint.extend({ kind: z.string() })),
  nodes: z.array(AskedNode),
  empty: Emptiness.nullable(),
});
export type QueriesData = z.infer<typeof QueriesData>;

const Share = QueryNumbers.extend({ name: z.string() });

const Execution = z.object({
  node: z.string(),
  queryId: z.string(),
  at: z.string(),
  user: z.string(),
  /** Address and program of who asked, as far as the server logs it. */
  client: z.string(),
  durationMs: z.number(),
  readRows: z.number(),
  readBytes: z.number(),
  writtenRows: z.number(),
  resultRows: z.number(),
  memoryBytes: z.number().nullable(),
  /** 0 = it did not fail. */
  code: z.int(),
  /** What failed, without what may be a value. */
  error: z.string(),
  /** The text as it was sent; only where the setting allows it. */
  text: z.string().optional(),
});
export type Execution = z.infer<typeof Execution>;

/** `GET /clusters/{id}/queries/{hash}`. */
export const QueryData = z.object({
  window: Window,
  hash: z.string(),
  /** null where the window has none of it. */
  query: QueryGroup.nullable(),
  trend: z.array(TrendPoint),
  users: z.array(Share),
  tables: z.array(Share),
  errors: z.array(ErrorCount.extend({ message: z.string(), lastSeen: z.string() })),
  byNode: z.array(Share),
  /** The newest first. */
  executions: z.array(Execution),
  nodes: z.array(AskedNode),
  empty: Emptiness.nullable(),
});
export type QueryData = z.infer<typeof QueryData>;
