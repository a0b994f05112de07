import { z } from 'zod';

/** Rows that the store rejected, as `reason.json` holds them and the API tells them. Times are RFC 3339. */
export const DeadLetter = z.object({
  id: z.string(),
  signal: z.enum(['logs', 'traces', 'metrics']),
  table: z.string(),
  /**
   * `rejected`: the store refuses these rows. `damaged`: the bytes on disk are not what was
   * acknowledged. `uncertain`: the store refuses them now, and may have taken them before its
   * table was changed; a replay stores them once in either case.
   */
  cause: z.enum(['rejected', 'damaged', 'uncertain']),
  /** ClickHouse's error code, where it gave one. */
  code: z.number().optional(),
  error: z.string(),
  rows: z.number(),
  bytes: z.number(),
  requests: z.number(),
  /** Ids of the ingestion keys; '' in open mode. */
  keyIds: z.array(z.string()),
  /** When the first and the last request were taken; absent where the journal has lost that. */
  receivedFrom: z.string().optional(),
  receivedTo: z.string().optional(),
  rejectedAt: z.string(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
