import type { Severity } from '../../../model/fleet/finding.ts';
import type { Dimension } from '../../../model/fleet/score.ts';

/** The formula of the score, as data: docs/score.md tells it in words. */
export const scoreFormula = {
  /** Points of a check that affects every node, by the severity of its findings. */
  points: { critical: 30, high: 12, warning: 6, info: 0 } satisfies Record<Severity, number>,
  /** Share of those points that a finding on however few nodes costs; the rest goes by their share. */
  leastShare: 0.5,
  /** Points that the checks of one dimension cost together at most. */
  caps: {
    availability: 45,
    safety: 45,
    replication: 35,
    ingestion: 35,
    resources: 30,
    workload: 20,
    configuration: 15,
  } satisfies Record<Dimension, number>,
  /** A critical finding in one of these dimensions holds the score down to `cappedAt`. */
  cappingDimensions: ['availability', 'safety'] satisfies Dimension[] as readonly Dimension[],
  cappedAt: 59,
  /** Below this share of answered checks there is no score. */
  leastCoverage: 0.5,
  /** The lowest score of each grade, the best first; F below the last. */
  grades: [
    ['A+', 95],
    ['A', 90],
    ['B+', 85],
    ['B', 80],
    ['B-', 75],
    ['C+', 70],
    ['C', 60],
    ['C-', 50],
    ['D', 40],
  ],
} as const;
