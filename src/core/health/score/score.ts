import type { Finding, Severity } from '../../../model/fleet/finding.ts';
import {
  type Coverage,
  type Dimension,
  dimensions,
  type Score,
  type ScoreReason,
} from '../../../model/fleet/score.ts';
import { scoreFormula } from './score-formula.ts';

/** How large the cluster is that findings are part of. */
export interface ScoreExtent {
  readonly nodes: number;
}

/** What the score must know of a check. */
export interface ScoredCheck {
  readonly id: string;
  readonly dimension: Dimension;
}

const bySeverity: readonly Severity[] = ['critical', 'high', 'warning'];

/**
 * The score of a cluster with what it was reduced for. Each check counts once: by its severest
 * findings and the share of nodes that have them. Info, unknown, intended and explained findings
 * cost nothing; nor do those of checks that are not in the catalogue.
 */
export function scoreOf(
  findings: readonly Finding[],
  coverage: Coverage,
  extent: ScoreExtent,
  checks: readonly ScoredCheck[],
): Score {
  const dimensionOf = new Map(checks.map((check) => [check.id, check.dimension]));
  const costing = findings.filter(
    (each) => each.outcome !== 'unknown' && !each.intended && each.cause === undefined,
  );
  const byCheck = new Map<string, Finding[]>();
  for (const finding of costing)
    byCheck.set(finding.check, [...(byCheck.get(finding.check) ?? []), finding]);
  const raw = [...byCheck].flatMap(([check, own]) => {
    const dimension = dimensionOf.get(check);
    return dimension ? reasonOf(check, dimension, own, extent) : [];
  });
  const reasons = dimensions.flatMap((dimension) => capped(dimension, raw)).sort(costliestFirst);
  const capping = costing.some((each) => {
    const dimension = dimensionOf.get(each.check);
    return each.severity === 'critical' && dimension && holdsDown(dimension);
  });
  const lost = reasons.reduce((sum, each) => sum + each.points, 0);
  const full = Math.max(0, Math.round(100 - lost));
  const known =
    coverage.total > 0 && coverage.answered / coverage.total >= scoreFormula.leastCoverage;
  const score = known ? (capping ? Math.min(full, scoreFormula.cappedAt) : full) : null;
  return {
    score,
    grade: score === null ? null : gradeOf(score),
    coverage,
    capped: capping && full > scoreFormula.cappedAt,
    reasons,
  };
}

const holdsDown = (dimension: Dimension): boolean =>
  scoreFormula.cappingDimensions.includes(dimension);

/** What one check costs: the dearest of its severities, each by how many nodes have it or worse. */
function reasonOf(
  check: string,
  dimension: Dimension,
  findings: readonly Finding[],
  extent: ScoreExtent,
): readonly ScoreReason[] {
  let points = 0;
  for (const [place, severity] of bySeverity.entries()) {
    const bad = findings.filter((each) => bySeverity.slice(0, place + 1).includes(each.severity));
    if (bad.length === 0) continue;
    const cost = scoreFormula.points[severity] * radiusOf(bad, extent);
    points = Math.max(points, cost);
  }
  const worst = worstOf(findings);
  return points === 0 || !worst ? [] : [{ finding: worst.id, check, dimension, points }];
}

/** From `leastShare` for few nodes to 1 for all; a finding that names no node is about all. */
function radiusOf(findings: readonly Finding[], extent: ScoreExtent): number {
  const nodes = new Set(findings.map((each) => each.subject.node));
  const share = nodes.has(undefined) ? 1 : Math.min(1, nodes.size / Math.max(1, extent.nodes));
  return scoreFormula.leastShare + (1 - scoreFormula.leastShare) * share;
}

const worstOf = (findings: readonly Finding[]): Finding | undefined =>
  bySeverity
    .map((severity) =>
      findings.filter((each) => each.severity === severity).sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
    .find((each) => each.length > 0)?.[0];

/** The reasons of one dimension, shortened together to what it may cost. */
function capped(dimension: Dimension, reasons: readonly ScoreReason[]): ScoreReason[] {
  const own = reasons.filter((each) => each.dimension === dimension);
  const sum = own.reduce((total, each) => total + each.points, 0);
  const factor = Math.min(1, scoreFormula.caps[dimension] / Math.max(sum, Number.MIN_VALUE));
  return own.map((each) => ({ ...each, points: rounded(each.points * factor) }));
}

const rounded = (points: number): number => Math.round(points * 100) / 100;

const costliestFirst = (a: ScoreReason, b: ScoreReason): number =>
  b.points - a.points || (a.finding < b.finding ? -1 : 1);

/** The grade of a score from 0 to 100. */
export const gradeOf = (score: number): string =>
  scoreFormula.grades.find(([, least]) => score >= least)?.[0] ?? 'F';
