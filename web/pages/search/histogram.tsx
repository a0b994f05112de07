import { Button, Skeleton, useComputedColorScheme } from '@mantine/core';
import { IconZoomOut } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { histogramQuery } from '../../api/search.ts';
import type { RangeBody } from '../../api/shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import plot from '../../ui/plot.module.css';
import { usePreference } from '../../ui/preferences.ts';
import { formatCount } from '../../ui/quantity.ts';
import { severityColor, severityOf } from '../../ui/severity.ts';
import { zoneOffset } from '../../ui/time.ts';
import { labelOfSeries, layBuckets, type Series } from './buckets.ts';
import { type Clause, hasClause } from './filter-clause.ts';
import classes from './histogram.module.css';

const HistogramPlot = lazy(async () => ({
  default: (await import('./histogram-plot.tsx')).HistogramPlot,
}));

const heightPx = 104;
const bucketCount = 120;

interface Props {
  body: RangeBody;
  /** The search itself failed and says why: once is enough. */
  mute: boolean;
  onZoom(fromMs: number, toMs: number): void;
  onFilter(clause: Clause): void;
}

/** How many rows when, by severity (logs) or status (traces). */
export function Histogram({ body, mute, onZoom, onFilter }: Props) {
  const zone = usePreference('zone');
  const scheme = useComputedColorScheme('light');
  const histogram = useQuery({
    ...histogramQuery({ ...body, buckets: bucketCount }),
    placeholderData: keepPreviousData,
  });
  const { data } = histogram;
  const fromMs = Date.parse(body.from);
  const toMs = Date.parse(body.to);
  const buckets = useMemo(() => data && layBuckets(data, fromMs, toMs), [data, fromMs, toMs]);
  const zoomOut = () => onZoom(fromMs - (toMs - fromMs) / 2, toMs + (toMs - fromMs) / 2);

  return (
    <section className={classes.panel} aria-label="Rows over time" aria-busy={histogram.isFetching}>
      <div className={classes.head}>
        {histogram.isError ? null : <Total total={data?.total} source={body.source} />}
        {buckets ? <Legend body={body} series={buckets.series} onFilter={onFilter} /> : null}
        <span className={classes.zone}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<IconZoomOut size={13} />}
            onClick={zoomOut}
          >
            Zoom out
          </Button>
          {zoneOffset(zone, fromMs)}
        </span>
      </div>
      {histogram.isError && mute ? (
        <div className={classes.none} style={{ height: heightPx }} />
      ) : histogram.isError ? (
        <FailureNotice compact error={histogram.error} onRetry={() => void histogram.refetch()} />
      ) : buckets ? (
        <Suspense fallback={<Skeleton height={heightPx} />}>
          <HistogramPlot
            key={scheme}
            buckets={buckets}
            zone={zone}
            height={heightPx}
            onZoom={onZoom}
          />
        </Suspense>
      ) : (
        <Skeleton height={heightPx} />
      )}
    </section>
  );
}

function Total({ total, source }: { total: number | undefined; source: RangeBody['source'] }) {
  const noun = source === 'logs' ? 'log record' : 'span';
  return (
    <span className={classes.total} aria-live="polite">
      {total === undefined ? (
        <Skeleton width={110} height={16} />
      ) : (
        <>
          <b className="numbers">{formatCount(total)}</b> {noun}
          {total === 1 ? '' : 's'}
        </>
      )}
    </span>
  );
}

function Legend({
  body,
  series,
  onFilter,
}: {
  body: RangeBody;
  series: readonly Series[];
  onFilter(clause: Clause): void;
}) {
  const field = body.source === 'logs' ? 'SeverityText' : 'StatusCode';
  return (
    <span className={classes.legend}>
      {series.map((each) => {
        const { name, other, total } = each;
        const clause = { field, value: name, exclude: false };
        const chosen = hasClause(body.where, clause, body.language);
        return (
          <button
            key={`${name}${other}`}
            type="button"
            disabled={other}
            className={plot.entry}
            aria-pressed={chosen}
            title={
              chosen ? 'Remove this filter' : `Only ${name === '' ? 'rows without one' : name}`
            }
            onClick={() => onFilter(clause)}
          >
            <i style={{ background: severityColor(severityOf(name)) }} />
            {labelOfSeries(each)}
            <span className="quiet numbers">{formatCount(total)}</span>
          </button>
        );
      })}
    </span>
  );
}
