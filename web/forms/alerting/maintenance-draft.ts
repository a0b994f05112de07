import type { MaintenanceBody } from '../../api/alert-shapes.ts';
import { parseLast, parseMoment } from '../../pages/search/time-range.ts';

/** What is typed into the form of a maintenance window. */
export interface MaintenanceDraft {
  readonly kind: 'once' | 'again';
  readonly name: string;
  /** Id of a cluster; empty: every one. */
  readonly cluster: string;
  readonly check: string;
  /** Moments as people write them, in the shown zone. */
  readonly from: string;
  readonly to: string;
  /** A cron expression for the start, and how long it lasts then. */
  readonly schedule: string;
  readonly duration: string;
  readonly timeZone: string;
  readonly comment: string;
}

export type MaintenanceFaults = { readonly [Field in keyof MaintenanceDraft]?: string };

type Parsed =
  | { readonly ok: true; readonly body: MaintenanceBody }
  | { readonly ok: false; readonly faults: MaintenanceFaults };

/** The window that a draft describes, or what is wrong with which field. */
export function parseMaintenance(draft: MaintenanceDraft, utc: boolean, nowMs: number): Parsed {
  const startsAt = parseMoment(draft.from, utc, nowMs);
  const endsAt = parseMoment(draft.to, utc, nowMs);
  const durationMs = parseLast(draft.duration);
  const once = draft.kind === 'once';
  const moment = 'Write 2026-01-31 14:05, or an RFC 3339 time';
  const reversed =
    startsAt !== undefined && endsAt !== undefined && Date.parse(startsAt) >= Date.parse(endsAt);
  const faults: readonly (readonly [keyof MaintenanceDraft, boolean, string])[] = [
    ['name', draft.name.trim() === '', 'A name, for those who wonder why it is quiet'],
    ['from', once && startsAt === undefined, moment],
    ['to', once && endsAt === undefined, moment],
    ['to', once && reversed, 'This must be later than the start'],
    ['schedule', !once && draft.schedule.trim() === '', 'Such as 0 2 * * 6: Saturdays at two'],
    ['duration', !once && durationMs === undefined, 'Write a length such as 30m or 2h'],
  ];
  const wrong = faults.filter(([, is]) => is).map(([field, , message]) => [field, message]);
  if (wrong.length > 0) return { ok: false, faults: Object.fromEntries(wrong) };
  const body: MaintenanceBody = {
    name: draft.name.trim(),
    match: {
      cluster: draft.cluster === '' ? '*' : draft.cluster,
      ...(draft.check.trim() === '' ? {} : { check: draft.check.trim() }),
    },
    timeZone: draft.timeZone.trim() === '' ? 'UTC' : draft.timeZone.trim(),
    enabled: true,
    comment: draft.comment.trim(),
    ...(once
      ? { startsAt: startsAt ?? '', endsAt: endsAt ?? '' }
      : { schedule: draft.schedule.trim(), durationMs: durationMs ?? 0 }),
  };
  return { ok: true, body };
}
