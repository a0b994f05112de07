import { z } from 'zod';
import { FindingSubject, Severity } from '../fleet/finding.ts';

/** Shapes of the alerts' calls below `/api/v1`. Times are RFC 3339, UTC. */

export const AlertState = z.enum(['pending', 'firing', 'resolved']);
export type AlertState = z.infer<typeof AlertState>;

/** A finding as an alert refers to it. */
export const AlertFinding = z.object({
  id: z.string(),
  check: z.string(),
  severity: Severity,
  subject: FindingSubject,
  message: z.string(),
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
  findings: z.array(AlertFinding),
  since: z.string(),
  resolvedAt: z.string().optional(),
  acknowledged: z
    .object({ at: z.string(), by: z.string(), note: z.string().optional() })
    .optional(),
  /** Id of the silence or maintenance window that keeps it quiet. */
  silencedBy: z.string().optional(),
  lastNotifiedAt: z.string().optional(),
});
export type Alert = z.infer<typeof Alert>;
export const AlertsData = z.object({ alerts: z.array(Alert) });
