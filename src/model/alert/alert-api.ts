import { z } from 'zod';
import { TimeInput } from '../api/envelope.ts';
import { FindingSubject, Fix, Severity } from '../fleet/finding.ts';

/** Shapes of the alerts' calls below `/api/v1`. Times are RFC 3339, UTC. */

export const AlertState = z.enum(['pending', 'firing', 'resolved']);
export type AlertState = z.infer<typeof AlertState>;

/** A finding as an alert refers to it. */
const AlertFinding = z.object({
  id: z.string(),
  check: z.string(),
  severity: Severity,
  subject: FindingSubject,
  message: z.string(),
  fix: Fix.optional(),
});

/** One cause that people are told of once. */
export const Alert = z.object({
  id: z.string(),
  /** What they have in common: a check or a rule, and what it is about. */
  cause: z.string(),
  title: z.string(),
  state: AlertState,
  severity: Severity,
  /** Id and name; absent for a rule over telemetry. */
  cluster: z.object({ id: z.string(), name: z.string() }).optional(),
  rule: z.string().optional(),
  /** The cause comes first; at most 1,000. */
  findings: z.array(AlertFinding),
  /** How many there are in all. */
  findingCount: z.int(),
  since: z.string(),
  resolvedAt: z.string().optional(),
  /** Why it ended, where it did not simply pass. */
  resolution: z.string().optional(),
  acknowledged: z
    .object({ at: z.string(), by: z.string(), note: z.string().optional() })
    .optional(),
  /** Id of the silence or maintenance window that keeps it quiet. */
  silencedBy: z.string().optional(),
  lastNotifiedAt: z.string().optional(),
});
export type Alert = z.infer<typeof Alert>;
export const AlertsData = z.object({ alerts: z.array(Alert) });

/** `GET /alerts`: pending and firing ones by default; `all` and `resolved` are the history. */
export const AlertsQuery = z.strictObject({
  state: z.enum(['active', 'pending', 'firing', 'resolved', 'all']).default('active'),
  /** Words that stand in the title, the messages, the cluster, the check or the subject. */
  q: z.string().max(500).optional(),
  cluster: z.string().max(100).optional(),
  severity: Severity.optional(),
  /** Alerts that were there at some time in `[from, to)`. */
  from: TimeInput.optional(),
  to: TimeInput.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  /** From the meta of the page before. */
  cursor: z.string().max(200).optional(),
});
export type AlertsQuery = z.infer<typeof AlertsQuery>;
export const AlertsMeta = z.object({ cursor: z.string().nullable() });

/** `POST /alerts/{id}/ack`: somebody looks after it. */
export const AckBody = z.strictObject({
  by: z.string().trim().min(1).max(200).default('someone'),
  note: z.string().max(1_000).optional(),
});
