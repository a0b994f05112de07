import { useInViewport } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../api/fleet.ts';
import type { Chart, Cluster } from '../../api/fleet-shapes.ts';
import { isBinary, rendererOf } from './chart-units.ts';
import { type PlotProps, SeriesPanel } from './series-panel.tsx';

/** One metric over time. Asked for only while it is in sight. */
export function ChartPanel({
  cluster,
  chart,
  ...plot
}: Omit<PlotProps, 'group' | 'render' | 'binary'> & { cluster: Cluster; chart: Chart }) {
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const series = useQuery({
    ...seriesQuery(cluster.id, chart.metric, plot.window),
    enabled: inViewport,
  });
  return (
    <SeriesPanel
      {...plot}
      ref={ref}
      title={chart.title}
      about={chart.about}
      answer={series}
      source={series.data?.source}
      render={rendererOf(chart.unit)}
      binary={isBinary(chart.unit)}
      group={`cluster-${cluster.id}`}
    >
      Each node is asked for all of its metrics at once; this is the part that the chart shows.
      {chart.metric.startsWith('rate:') ? ' The chart is its growth per second.' : ''}
    </SeriesPanel>
  );
}
