import type { Finding, FleetSeverity } from '../api/fleet-shapes.ts';

/** What a finding counts as for the eye: its severity, or that there is no answer. */
export type Standing = FleetSeverity | 'unknown';

/** Worst first; without an answer stands before what is merely good to know. */
export const standings: readonly Standing[] = ['critical', 'high', 'warning', 'unknown', 'info'];

const looks: Readonly<Record<Standing, { word: string; color: string }>> = {
  critical: { word: 'Critical', color: 'var(--sev-error)' },
  high: { word: 'High', color: 'var(--sev-high)' },
  warning: { word: 'Warning', color: 'var(--sev-warn)' },
  unknown: { word: 'Unknown', color: 'var(--sev-unset)' },
  info: { word: 'Info', color: 'var(--sev-info)' },
};

export const standingOf = ({
  outcome,
  severity,
}: Pick<Finding, 'outcome' | 'severity'>): Standing =>
  outcome === 'unknown' ? 'unknown' : severity;

export const wordOf = (standing: Standing): string => looks[standing].word;
export const colorOf = (standing: Standing): string => looks[standing].color;

/** How far a score is from well, as a colour: the bounds are those of the grades. */
export function scoreColor(score: number | null): string {
  if (score === null) return 'var(--sev-unset)';
  if (score >= 85) return 'var(--sev-ok)';
  if (score >= 70) return 'var(--sev-warn)';
  return score >= 60 ? 'var(--sev-high)' : 'var(--sev-error)';
}
