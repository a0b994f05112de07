import { z } from 'zod';

export const severities = ['info', 'warning', 'high', 'critical'] as const;
/** `high` is a heavier warning: the API's outcome for it is `warning`. */
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

const outcomes = ['ok', 'info', 'warning', 'critical', 'unknown', 'not_applicable'] as const;
export const Outcome = z.enum(outcomes);
export type Outcome = z.infer<typeof Outcome>;

/** What a finding is about; absent parts do not apply. */
export const FindingSubject = z.object({
  node: z.string().optional(),
  shard: z.int().optional(),
  database: z.string().optional(),
  table: z.string().optional(),
  partition: z.string().optional(),
  disk: z.string().optional(),
  user: z.string().optional(),
  /** Whatever else tells two subjects of one check apart: a mutation's id, a query's hash. */
  object: z.string().optional(),
});
export type FindingSubject = z.infer<typeof FindingSubject>;

/** One value that a finding rests on. */
export const Evidence = z.object({
  /** Where it comes from: `system.replicas.absolute_delay`. */
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  unit: z.string().optional(),
  /** What it was compared with, and who says so. */
  threshold: z.union([z.string(), z.number()]).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/**
 * `safe`: changes nothing that a user would notice. `disruptive`: work stops or slows for a while.
 * `destructive`: data or history is gone afterwards.
 */
const FixRisk = z.enum(['safe', 'disruptive', 'destructive']);
export const Fix = z.object({ sql: z.string(), risk: FixRisk, note: z.string().optional() });
export type Fix = z.infer<typeof Fix>;

export const Finding = z.object({
  /** Stable while the finding is open and when it comes back. */
  id: z.string(),
  /** Id of the check. */
  check: z.string(),
  title: z.string(),
  group: z.string(),
  outcome: Outcome,
  severity: Severity,
  subject: FindingSubject,
  message: z.string(),
  evidence: z.array(Evidence),
  /** Where the threshold comes from. */
  source: z.string(),
  /** The statement that read the values. */
  sql: z.string(),
  fix: Fix.optional(),
  /** Missing right, where the outcome is unknown for that reason. */
  grant: z.string().optional(),
  /** Id of the finding that explains this one. */
  cause: z.string().optional(),
  /** A person said that this is meant to be so: it costs no score and alerts nobody. */
  intended: z.boolean(),
  /** A person put it off: it still costs score but alerts nobody. */
  snoozed: z.boolean().optional(),
  /** RFC 3339. */
  firstSeen: z.string(),
  lastSeen: z.string(),
});
export type Finding = z.infer<typeof Finding>;
