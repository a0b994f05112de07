import type { Silence, SilenceBody } from '../../api/alert-shapes.ts';
import type { FleetSeverity } from '../../api/fleet-shapes.ts';
import { parseLast, parseMoment } from '../../pages/search/time-range.ts';
import { formatTime, type Zone } from '../../ui/time.ts';

/** What is typed into the form of a silence. */
export interface SilenceDraft {
  /** Id of a cluster; empty: every one. */
  readonly cluster: string;
  readonly node: string;
  readonly check: string;
  /** Empty: of any severity. */
  readonly minSeverity: FleetSeverity | '';
  /** A moment in the shown zone, or a length from now. */
  readonly until: string;
  readonly by: string;
  readonly comment: string;
}

export type SilenceFaults = { readonly [Field in keyof SilenceDraft]?: string };

const written = (time: string, zone: Zone): string => formatTime(time, zone, 0).slice(0, 16);

export const emptySilence = (by: string): SilenceDraft => ({
  cluster: '',
  node: '',
  check: '',
  minSeverity: '',
  until: '2h',
  by,
  comment: '',
});

export function silenceDraftOf(silence: Silence, zone: Zone): SilenceDraft {
  const { match, endsAt, by, comment } = silence;
  return {
    cluster: match.cluster === undefined || match.cluster === '*' ? '' : match.cluster,
    node: match.subject?.node ?? '',
    check: match.check ?? '',
    minSeverity: match.minSeverity ?? '',
    until: written(endsAt, zone),
    by,
    comment,
  };
}

type Parsed =
  | { readonly ok: true; readonly body: SilenceBody }
  | { readonly ok: false; readonly faults: SilenceFaults };

/** The silence that a draft describes; of a saved one what the form does not show stays. */
export function parseSilence(
  draft: SilenceDraft,
  zone: Zone,
  nowMs: number,
  saved?: Silence,
): Parsed {
  const until = draft.until.trim();
  const untouched = saved !== undefined && written(saved.endsAt, zone) === until;
  const length = parseLast(until);
  const endsAt = untouched
    ? saved.endsAt
    : length === undefined
      ? parseMoment(until, zone === 'utc', nowMs)
      : new Date(nowMs + length).toISOString();
  if (endsAt === undefined)
    return { ok: false, faults: { until: 'Write 2026-01-31 14:05, or a length such as 8h' } };
  if (Date.parse(endsAt) <= nowMs) return { ok: false, faults: { until: 'This is over already' } };
  return {
    ok: true,
    body: {
      match: matchOf(draft, saved?.match ?? {}),
      endsAt,
      comment: draft.comment.trim(),
      ...(draft.by.trim() === '' ? {} : { by: draft.by.trim() }),
    },
  };
}

/** Something has to be said: where nothing is, every cluster is meant. */
function matchOf(draft: SilenceDraft, kept: Silence['match']): Silence['match'] {
  const { cluster: _cluster, check: _check, minSeverity: _least, subject = {}, ...rest } = kept;
  const { node: _node, ...parts } = subject;
  const node = draft.node.trim();
  const about = { ...parts, ...(node === '' ? {} : { node }) };
  const check = draft.check.trim();
  const match = {
    ...rest,
    ...(draft.cluster === '' ? {} : { cluster: draft.cluster }),
    ...(check === '' ? {} : { check }),
    ...(draft.minSeverity === '' ? {} : { minSeverity: draft.minSeverity }),
    ...(Object.keys(about).length === 0 ? {} : { subject: about }),
  };
  return Object.keys(match).length === 0 ? { cluster: '*' } : match;
}
