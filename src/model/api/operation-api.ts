import { z } from 'zod';
import { DeadLetter } from '../telemetry/dead-letter.ts';

/** Shapes of the calls by which Castellan itself is watched. */
export const HealthData = z.object({ version: z.string(), status: z.literal('ok') });

export const Part = z.object({
  /** `ok`, or why not: `starting`, `unavailable`, `full`, `draining`. */
  status: z.enum(['ok', 'starting', 'degraded', 'unavailable', 'full', 'draining']),
  /** What is wrong and what to do. */
  detail: z.string().optional(),
});
export type Part = z.infer<typeof Part>;

export const readyParts = ['store', 'spool', 'otlpHttp', 'otlpGrpc'] as const;
export type ReadyPart = (typeof readyParts)[number];

export const ReadyData = z.object({
  status: z.enum(['ready', 'not_ready']),
  parts: z.object({ store: Part, spool: Part, otlpHttp: Part, otlpGrpc: Part }),
});
export type ReadyData = z.infer<typeof ReadyData>;

/** What one receiver did since the start of the process, and does now. */
export const ReceiverState = z.object({
  status: z.enum(['ok', 'starting', 'unavailable']),
  detail: z.string().optional(),
  port: z.int(),
  restarts: z.int(),
  requestsInFlight: z.int(),
  connections: z.int(),
  requests: z.number(),
  /** Log records, spans and data points that were taken. */
  records: z.number(),
  /** Refused one by one, through partial success. */
  rejectedRecords: z.number(),
  bytes: z.number(),
  /** Retries that the spool already had. */
  absorbed: z.number(),
  /** Requests that were refused, by reason. */
  refusals: z.record(z.string(), z.number()),
});
export type ReceiverState = z.infer<typeof ReceiverState>;

export const StatusData = z.object({
  version: z.string(),
  mode: z.enum(['open', 'password']),
  startedAt: z.string(),
  receivers: z.object({ otlpHttp: ReceiverState, otlpGrpc: ReceiverState }).nullable(),
  spool: z
    .object({
      bytes: z.number(),
      maxBytes: z.number(),
      segments: z.int(),
      rows: z.number(),
      oldestAgeMs: z.number(),
      diskFreeBytes: z.number(),
    })
    .nullable(),
  store: z.object({
    kind: z.enum(['embedded', 'server']),
    status: Part.shape.status,
    detail: z.string().optional(),
    database: z.string(),
    tables: z.array(z.object({ table: z.string(), rows: z.number(), bytes: z.number() })),
    disks: z.array(z.object({ name: z.string(), freeBytes: z.number(), totalBytes: z.number() })),
  }),
  deadLetters: z.object({ count: z.int(), bytes: z.number() }).nullable(),
  /** Means over the last minute, or since the start where that is less. */
  rates: z.object({ requestsPerSecond: z.number(), recordsPerSecond: z.number() }),
  /** Of both receivers together. */
  refusals: z.record(z.string(), z.number()),
});
export type StatusData = z.infer<typeof StatusData>;

export const DeadLettersData = z.object({ deadLetters: z.array(DeadLetter) });
export const ReplayData = z.object({
  id: z.string(),
  /** `queued`: it is in the spool again, and the store has not decided yet. */
  outcome: z.enum(['stored', 'rejected', 'queued']),
});
