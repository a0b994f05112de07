import { z } from 'zod';
import { Severity } from '../fleet/finding.ts';

/** Text in which `*` stands for any run of characters; everything else is meant as it is. */
const Pattern = z.string().min(1).max(300);

const SubjectPatterns = z.strictObject({
  node: Pattern.optional(),
  shard: Pattern.optional(),
  database: Pattern.optional(),
  table: Pattern.optional(),
  partition: Pattern.optional(),
  disk: Pattern.optional(),
  user: Pattern.optional(),
  object: Pattern.optional(),
});

/** Which alerts are meant. Every part that is given must fit. */
export const AlertMatch = z.strictObject({
  /** Id or name of the cluster. */
  cluster: Pattern.optional(),
  /** Id of the check; `rule:ID` for what a rule of one's own found. */
  check: Pattern.optional(),
  /** This severity or a worse one. */
  minSeverity: Severity.optional(),
  subject: SubjectPatterns.optional(),
  /** Labels of the cluster and of the rule. */
  labels: z.record(z.string().max(63), Pattern).optional(),
});
export type AlertMatch = z.infer<typeof AlertMatch>;

/** A match that says something: nothing at all would fit everything by mistake. */
export const StatedMatch = AlertMatch.refine(
  (match) => Object.values(match).some((part) => part !== undefined),
  {
    error:
      'say what it fits, at least one of cluster, check, minSeverity, subject, labels; {"cluster": "*"} fits every cluster',
  },
);
