import { z } from 'zod';

export const dimensions = [
  'availability',
  'safety',
  'replication',
  'ingestion',
  'resources',
  'workload',
  'configuration',
] as const;
export const Dimension = z.enum(dimensions);
/** What a finding endangers; points are capped in each. */
export type Dimension = z.infer<typeof Dimension>;

export const Coverage = z.object({
  /** Pairs of check and node that have an answer, of those that apply. */
  answered: z.int(),
  total: z.int(),
  /**
   * Pairs that are not counted, for their nodes are down while others answer: that costs points and
   * holds the score down. Absent where there are none.
   */
  leftOut: z.int().optional(),
});
export type Coverage = z.infer<typeof Coverage>;

export const ScoreReason = z.object({
  finding: z.string(),
  check: z.string(),
  dimension: Dimension,
  points: z.number(),
});
export type ScoreReason = z.infer<typeof ScoreReason>;

export const Score = z.object({
  /** 0–100; null when less than half of the checks are answered. */
  score: z.number().nullable(),
  grade: z.string().nullable(),
  coverage: Coverage,
  /** A critical finding on availability or safety holds the score down to 59. */
  capped: z.boolean(),
  reasons: z.array(ScoreReason),
});
export type Score = z.infer<typeof Score>;
