import type { Maintenance, MaintenanceBody } from '../../api/alert-shapes.ts';
import { parseLast, parseMoment } from '../../pages/search/time-range.ts';
import { formatTime, type Zone, zoneName } from '../../ui/time.ts';
import { renderSpan } from './rule-draft.ts';

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

const hourMs = 3_600_000;

/** As people write a moment. */
const written = (time: string | number, zone: Zone): string =>
  formatTime(time, zone, 0).slice(0, 16);

/** Two hours from now on. */
export const emptyMaintenance = (zone: Zone, nowMs: number): MaintenanceDraft => ({
  kind: 'once',
  name: '',
  cluster: '',
  check: '',
  from: written(nowMs, zone),
  to: written(nowMs + 2 * hourMs, zone),
  schedule: '0 2 * * 6',
  duration: '2h',
  timeZone: zoneName(zone),
  comment: '',
});

/** What is known of a saved window, to be edited. */
export function maintenanceDraftOf(
  window: Maintenance,
  zone: Zone,
  nowMs: number,
): MaintenanceDraft {
  const { name, match, startsAt, endsAt, schedule, durationMs, timeZone, comment } = window;
  const empty = emptyMaintenance(zone, nowMs);
  return {
    ...empty,
    name,
    comment,
    timeZone,
    cluster: match.cluster === undefined || match.cluster === '*' ? '' : match.cluster,
    check: match.check ?? '',
    ...(schedule === undefined
      ? { from: written(startsAt ?? nowMs, zone), to: written(endsAt ?? nowMs, zone) }
      : { kind: 'again', schedule, duration: renderSpan(durationMs ?? 2 * hourMs) }),
  };
}

/**
 * The window that a draft describes, or what is wrong with which field. Of a saved one what the form
 * does not show stays, and so does a moment that was not touched.
 */
export function parseMaintenance(
  draft: MaintenanceDraft,
  zone: Zone,
  nowMs: number,
  saved?: Maintenance,
): Parsed {
  const utc = zone === 'utc';
  const moment = (typed: string, known: string | undefined) =>
    known !== undefined && written(known, zone) === typed ? known : parseMoment(typed, utc, nowMs);
  const startsAt = moment(draft.from, saved?.startsAt);
  const endsAt = moment(draft.to, saved?.endsAt);
  const durationMs = parseLast(draft.duration);
  const once = draft.kind === 'once';
  const hint = 'Write 2026-01-31 14:05, or an RFC 3339 time';
  const reversed =
    startsAt !== undefined && endsAt !== undefined && Date.parse(startsAt) >= Date.parse(endsAt);
  const faults: readonly (readonly [keyof MaintenanceDraft, boolean, string])[] = [
    ['name', draft.name.trim() === '', 'A name, for those who wonder why it is quiet'],
    ['from', once && startsAt === undefined, hint],
    ['to', once && endsAt === undefined, hint],
    ['to', once && reversed, 'This must be later than the start'],
    ['schedule', !once && draft.schedule.trim() === '', 'Such as 0 2 * * 6: Saturdays at two'],
    ['duration', !once && durationMs === undefined, 'Write a length such as 30m or 2h'],
  ];
  const wrong = faults.filter(([, is]) => is).map(([field, , message]) => [field, message]);
  if (wrong.length > 0) return { ok: false, faults: Object.fromEntries(wrong) };
  const { cluster: _cluster, check: _check, ...keptMatch } = saved?.match ?? {};
  const body: MaintenanceBody = {
    name: draft.name.trim(),
    match: {
      ...keptMatch,
      cluster: draft.cluster === '' ? '*' : draft.cluster,
      ...(draft.check.trim() === '' ? {} : { check: draft.check.trim() }),
    },
    timeZone: draft.timeZone.trim() === '' ? 'UTC' : draft.timeZone.trim(),
    enabled: saved?.enabled ?? true,
    comment: draft.comment.trim(),
    ...(once
      ? { startsAt: startsAt ?? '', endsAt: endsAt ?? '' }
      : { schedule: draft.schedule.trim(), durationMs: durationMs ?? 0 }),
  };
  return { ok: true, body };
}
