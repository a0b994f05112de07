import { Skeleton, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { checksQuery, scoreQuery } from '../../api/fleet.ts';
import type { ScorePoint } from '../../api/fleet-shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { ScoreRing } from '../../ui/score-ring.tsx';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
import { TimePicker } from '../search/time-picker.tsx';
import { rangeChange, rangeOf } from './cluster-params.ts';
import own from './score-card.module.css';
import { scoreLine } from './score-history.ts';
import { useWindow } from './use-window.ts';

const LinePlot = lazy(async () => ({ default: (await import('../../ui/line-plot.tsx')).LinePlot }));

const heightPx = 120;
const mostReasons = 6;
const renderScore = (value: number): string => String(Math.round(value));

/** The score now and before, and what it lost points for. */
export function ScoreCard({ cluster, params, onChange }: ClusterTabProps) {
  const zone = usePreference('zone');
  const scheme = useComputedColorScheme('light');
  const range = rangeOf(params);
  const window = useWindow(range);
  const history = useQuery(scoreQuery(cluster.id, window));
  const [hovered, setHovered] = useState<number>();
  const fromMs = Date.parse(window.from);
  const toMs = Date.parse(window.to);
  const line = useMemo(() => scoreLine(history.data?.points ?? [], toMs), [history.data, toMs]);
  const lines = useMemo(
    () => [{ name: 'Score', color: 'var(--accent)', values: line.values }],
    [line],
  );
  const shown = (hovered === undefined ? undefined : line.points[hovered]) ?? line.points.at(-1);
  return (
    <section className={classes.card} aria-label="Score">
      <div className={classes.titled}>
        <h2>Score</h2>
        <span className={classes.end}>
          <TimePicker range={range} onChange={(next) => onChange(rangeChange(next))} />
        </span>
      </div>
      <div className={own.parts}>
        <ScoreRing
          score={cluster.score}
          grade={cluster.grade}
          size={84}
          quiet={cluster.status === 'offline' || cluster.paused}
        />
        {history.isError ? (
          <FailureNotice compact error={history.error} onRetry={() => void history.refetch()} />
        ) : history.data === undefined ? (
          <Skeleton height={heightPx} />
        ) : line.values.every((value) => value === null) ? (
          <p className="quiet">No score was given in this time.</p>
        ) : (
          <Suspense fallback={<Skeleton height={heightPx} />}>
            <LinePlot
              key={scheme}
              label="Score over time"
              times={line.times}
              lines={lines}
              fromMs={fromMs}
              toMs={toMs}
              zone={zone}
              height={heightPx}
              render={renderScore}
              bounds={[0, 100]}
              stepped
              onPoint={setHovered}
              onZoom={(from, to) => onChange(zoomTo(from, to))}
            />
          </Suspense>
        )}
      </div>
      <CoverageLine point={shown} coverage={cluster.coverage} />
      <Reasons
        id={cluster.id}
        point={shown}
        at={hovered === undefined || shown === undefined ? undefined : shown.at}
        zone={zone}
      />
    </section>
  );
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();
const zoomTo = (fromMs: number, toMs: number) =>
  rangeChange({ kind: 'between', from: isoOf(fromMs), to: isoOf(toMs) });

function CoverageLine({
  point,
  coverage,
}: {
  point: ScorePoint | undefined;
  coverage: ScorePoint['coverage'];
}) {
  const { answered, total, leftOut = 0 } = point?.coverage ?? coverage;
  return (
    <p className="quiet numbers">
      {total === 0
        ? 'No check has run yet.'
        : `${answered} of ${total} checks have an answer${
            answered * 2 < total ? ': too few for a score.' : '.'
          }${leftOut > 0 ? ` ${leftOut} of nodes that are down are not counted.` : ''}`}
      {point?.capped && point.score !== null
        ? ' Held down to 59 by a critical finding on availability or safety.'
        : ''}
    </p>
  );
}

function Reasons({
  id,
  point,
  at,
  zone,
}: {
  id: string;
  point: ScorePoint | undefined;
  /** When it was so; absent for now. */
  at: string | undefined;
  zone: 'local' | 'utc';
}) {
  const checks = useQuery(checksQuery);
  if (point === undefined) return null;
  const reasons = [...point.reasons].sort((a, b) => b.points - a.points);
  const title = (check: string) =>
    checks.data?.checks.find((each) => each.id === check)?.title ?? check;
  return (
    <div className={own.reasons} aria-live="polite">
      <h3>
        {at === undefined
          ? 'What it lost points for'
          : `At ${formatTime(at, zone, 0)} ${zoneOffset(zone, Date.parse(at))}: ${
              point.score === null ? 'no score' : `${Math.round(point.score)} ${point.grade ?? ''}`
            }`}
      </h3>
      {reasons.length === 0 ? <p className="quiet">Nothing: no finding costs points.</p> : null}
      <ol>
        {reasons.slice(0, mostReasons).map((reason) => (
          <li key={reason.finding}>
            <b className="numbers">−{Number(reason.points.toFixed(1))}</b>
            <Link
              to="/clusters/$id/findings/$finding"
              params={{ id, finding: reason.finding }}
              className={own.reason}
            >
              {title(reason.check)}
            </Link>
            <span className="quiet">{reason.dimension}</span>
          </li>
        ))}
      </ol>
      {reasons.length > mostReasons ? (
        <p className="quiet">and {reasons.length - mostReasons} more, each with fewer points</p>
      ) : null}
    </div>
  );
}
