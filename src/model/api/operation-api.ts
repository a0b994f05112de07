import { z } from 'zod';

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
