import { ActionIcon, Skeleton, Tooltip, useComputedColorScheme } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { IconCode } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { seriesQuery } from '../../api/fleet.ts';
import type { Cluster, SeriesData } from '../../api/fleet-shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import type { Zone } from '../../ui/time.ts';
import type { Window } from '../search/time-range.ts';
import own from './charts-tab.module.css';
import { isBinary, metricStatement, type PanelDefinition } from './panels.ts';
import { alignSeries, newestValues } from './series-lines.ts';

const LinePlot = lazy(async () => ({ default: (await import('../../ui/line-plot.tsx')).LinePlot }));

const heightPx = 150;

interface Props {
  cluster: Cluster;
  panel: PanelDefinition;
  window: Window;
  zone: Zone;
  log: boolean;
  /** Only this node. */
  node: string | undefined;
  colors: ReadonlyMap<string, string>;
  onZoom?(fromMs: number, toMs: number): void;
}

/** One metric over time. Asked for only while it is in sight. */
export function Panel(props: Props) {
  const { cluster, panel, window } = props;
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const series = useQuery({
    ...seriesQuery(cluster.id, panel.metric, window),
    enabled: inViewport,
  });
  const [sqlShown, setSqlShown] = useState(false);
  return (
    <article ref={ref} className={own.panel} aria-label={panel.title}>
      <header className={own.head}>
        <h3>{panel.title}</h3>
        {panel.about === undefined ? null : (
          <span className={`quiet ${own.about}`}>{panel.about}</span>
        )}
        <span className={own.end}>
          {series.data === undefined ? null : <Newest {...props} data={series.data} />}
          <Tooltip label="Show SQL">
            <ActionIcon
              size="sm"
              aria-label={`Show SQL of ${panel.title}`}
              onClick={() => setSqlShown(true)}
            >
              <IconCode size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      </header>
      {series.isError ? (
        <FailureNotice compact error={series.error} onRetry={() => void series.refetch()} />
      ) : series.data === undefined ? (
        <Skeleton height={heightPx} />
      ) : (
        <PanelPlot {...props} data={series.data} />
      )}
      <StatementDialog
        title={panel.title}
        sql={metricStatement(panel.metric)}
        kept={series.data?.sql}
        opened={sqlShown}
        onClose={() => setSqlShown(false)}
      >
        Each node is asked for all of its metrics at once; this is the part that the chart shows.
        {panel.metric.startsWith('rate:') ? ' The chart is its growth per second.' : ''}
      </StatementDialog>
    </article>
  );
}

/** The largest of the newest values: what one looks for first. */
function Newest({ data, panel, node }: Props & { data: SeriesData }) {
  const newest = newestValues(alignSeries(data, false));
  const values = [...newest].flatMap(([id, value]) =>
    value === undefined || (node !== undefined && node !== id) ? [] : [value],
  );
  if (values.length === 0) return null;
  return (
    <b className="numbers" title={values.length > 1 ? 'Largest of the nodes, now' : 'Now'}>
      {panel.render(Math.max(...values))}
    </b>
  );
}

function PanelPlot(props: Props & { data: SeriesData }) {
  const { cluster, data, panel, window, zone, log, node, colors, onZoom } = props;
  const scheme = useComputedColorScheme('light');
  const aligned = useMemo(() => alignSeries(data, log), [data, log]);
  const lines = useMemo(
    () =>
      aligned.lines
        .filter((line) => node === undefined || line.node === node)
        .map((line) => ({
          name: line.node,
          color: colors.get(line.node) ?? 'var(--sev-unset)',
          values: line.values,
        })),
    [aligned, node, colors],
  );
  if (aligned.empty) return <NoValues {...props} allZero={!alignSeries(data, false).empty} />;
  return (
    <Suspense fallback={<Skeleton height={heightPx} />}>
      <LinePlot
        key={scheme}
        label={`${panel.title} over time, one line for each node`}
        times={aligned.times}
        lines={lines}
        fromMs={Date.parse(window.from)}
        toMs={Date.parse(window.to)}
        zone={zone}
        height={heightPx}
        render={panel.render}
        log={log}
        binary={isBinary(panel)}
        group={`cluster-${cluster.id}`}
        onZoom={onZoom}
      />
    </Suspense>
  );
}

/** Why there is nothing to draw. */
function NoValues({ cluster, panel, allZero }: Props & { allZero: boolean }) {
  const name = panel.metric.slice(panel.metric.indexOf(':') + 1);
  const [what, why] = allZero
    ? ['Zero all the time', 'A logarithmic scale has no place for it.']
    : cluster.status === 'offline'
      ? ['No data', 'No node could be reached in this time.']
      : cluster.lastCollectedAt === null
        ? ['No data yet', 'The first values come within a minute.']
        : [
            'No data',
            panel.metric.startsWith('rate:')
              ? `The event ${name} has not occurred since the servers started, or they do not count it.`
              : `These servers have no metric ${name}, or nothing was read in this time.`,
          ];
  return (
    <div className={own.none} style={{ height: heightPx }}>
      <b>{what}</b>
      {why}
    </div>
  );
}
