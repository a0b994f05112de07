import { z } from 'zod';
import { AlertMatch, StatedMatch } from './alert-match.ts';

const Comment = z.string().trim().max(1_000);
const maxDurationMs = 366 * 86_400_000;

/** Keeps alerts quiet for a while. Alerts go on, nobody is told. */
export const Silence = z.object({
  id: z.string(),
  match: AlertMatch,
  startsAt: z.string(),
  endsAt: z.string(),
  by: z.string(),
  comment: z.string(),
  createdAt: z.string(),
  state: z.enum(['waiting', 'active', 'over']),
});
export type Silence = z.infer<typeof Silence>;
export const SilencesData = z.object({ silences: z.array(Silence) });
export const SilenceData = z.object({ silence: Silence });

/** `POST` and `PUT /silences`: until a time, or for a duration. */
export const SilenceBody = z
  .strictObject({
    match: StatedMatch,
    /** Default: now; in a change as it was. */
    startsAt: z.iso.datetime({ offset: true }).optional(),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    /** `2h`, `30m`: instead of `endsAt`. */
    duration: z.string().max(30).optional(),
    by: z.string().trim().min(1).max(200).default('someone'),
    comment: Comment.default(''),
  })
  .refine((body) => (body.endsAt === undefined) !== (body.duration === undefined), {
    error: 'give either endsAt or duration',
    path: ['endsAt'],
  });
export type SilenceBody = z.infer<typeof SilenceBody>;

/** When work is planned: once, or by a schedule. */
export const MaintenanceBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    match: StatedMatch,
    /** Once: from and to. */
    startsAt: z.iso.datetime({ offset: true }).optional(),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    /** Again and again: a cron expression for the start, such as `0 2 * * 6`. */
    schedule: z.string().min(1).max(200).optional(),
    durationMs: z.int().min(60_000).max(maxDurationMs).optional(),
    /** IANA name of the time zone of the schedule. */
    timeZone: z.string().min(1).max(60).default('UTC'),
    enabled: z.boolean().default(true),
    comment: Comment.default(''),
  })
  .refine(
    (body) =>
      (body.schedule !== undefined &&
        body.durationMs !== undefined &&
        body.startsAt === undefined &&
        body.endsAt === undefined) ||
      (body.schedule === undefined &&
        body.durationMs === undefined &&
        body.startsAt !== undefined &&
        body.endsAt !== undefined),
    { error: 'give either startsAt and endsAt, or schedule and durationMs' },
  );
export type MaintenanceBody = z.infer<typeof MaintenanceBody>;

const Span = z.object({ from: z.string(), to: z.string() });
export const MaintenanceWindow = z.object({
  ...MaintenanceBody.shape,
  match: AlertMatch,
  id: z.string(),
  createdAt: z.string(),
  /** The span that holds now, and the one that comes next. */
  current: Span.nullable(),
  next: Span.nullable(),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;
export const MaintenanceWindowsData = z.object({ windows: z.array(MaintenanceWindow) });
export const MaintenanceWindowData = z.object({ window: MaintenanceWindow });
