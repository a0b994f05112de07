import { z } from 'zod';

/** What tells one running query from any other that there was or will be. */
export const RunningIdentity = z.object({
  /** `host:port`. */
  node: z.string().min(1).max(300),
  queryId: z.string().min(1).max(1_000),
  user: z.string().max(1_000),
  /** How long its text is: another text is another query. */
  textBytes: z.int().min(0),
  /** Epoch seconds by the node's own clock. */
  startedSeconds: z.int().min(0),
});
export type RunningIdentity = z.infer<typeof RunningIdentity>;

export const RunningQuery = RunningIdentity.extend({
  /** Hash of its normalized text, as its fingerprint has it. */
  hash: z.string(),
  kind: z.string(),
  shape: z.string(),
  /** The text as it was sent; only where the setting allows it. */
  text: z.string().optional(),
  elapsedMs: z.number(),
  readRows: z.number(),
  readBytes: z.number(),
  writtenRows: z.number(),
  /** Rows that it has to read, by the server's guess; null where it has none. */
  totalRows: z.number().nullable(),
  /** 0–1; null where it cannot be told. */
  progress: z.number().nullable(),
  memoryBytes: z.number(),
  /** It was told to end. */
  cancelled: z.boolean(),
  /** As a client sent it; otherwise another node asks for it. */
  initial: z.boolean(),
  client: z.string(),
  /** Why it cannot be killed from here; absent where it can. */
  protected: z.string().optional(),
});
export type RunningQuery = z.infer<typeof RunningQuery>;

const RunningNode = z.object({
  node: z.string(),
  ok: z.boolean(),
  detail: z.string().optional(),
  grant: z.string().optional(),
  sql: z.string(),
  truncated: z.boolean().optional(),
});

/** `GET /clusters/{id}/queries/running`. */
export const RunningData = z.object({
  at: z.string(),
  /** The longest first. */
  queries: z.array(RunningQuery),
  nodes: z.array(RunningNode),
  /** Whether the configuration lets people kill queries from here. */
  killing: z.object({ enabled: z.boolean(), detail: z.string() }),
});
export type RunningData = z.infer<typeof RunningData>;

/** `POST /clusters/{id}/queries/kill`. */
export const KillBody = z.strictObject({
  ...RunningIdentity.shape,
  /** Only say what would be run and whether the server would let it; kills nothing. */
  dryRun: z.boolean().default(false),
  /** The query's id once more; without it nothing is killed. */
  confirm: z.string().max(1_000).optional(),
});
export type KillBody = z.output<typeof KillBody>;

const killOutcomes = ['started', 'killed', 'pending', 'gone', 'refused', 'failed'] as const;
/**
 * `started`: the statement was about to be sent; a record that stays so is of a process that ended
 * meanwhile. `killed`: the query has ended. `pending`: the server was told and the query still
 * runs. `gone`: it had ended, or was another one, so that nothing was killed. `refused`: not sent,
 * or refused by the server. `failed`: the node did not answer.
 */
export const KillOutcome = z.enum(killOutcomes);
export type KillOutcome = z.infer<typeof KillOutcome>;

export const KillData = z.object({
  node: z.string(),
  /** What was, or would be, run on that node. */
  sql: z.string(),
  dryRun: z.boolean(),
  /** Of a dry run: whether the server would do it. */
  possible: z.boolean(),
  outcome: KillOutcome.optional(),
  detail: z.string(),
  /** The statement that gives the missing right. */
  grant: z.string().optional(),
});
export type KillData = z.infer<typeof KillData>;

/** One try to kill a query, as it is kept. */
export const KillRecord = z.object({
  id: z.string(),
  at: z.string(),
  /** Which credential: `token NAME`, `session`, `open mode`; and from which address. */
  actor: z.string(),
  address: z.string(),
  cluster: z.string(),
  clusterName: z.string(),
  node: z.string(),
  queryId: z.string(),
  user: z.string(),
  shape: z.string(),
  sql: z.string(),
  outcome: KillOutcome,
  detail: z.string(),
});
export type KillRecord = z.infer<typeof KillRecord>;

/** `GET /clusters/{id}/queries/kills`, the newest first. */
export const KillsData = z.object({ kills: z.array(KillRecord) });
