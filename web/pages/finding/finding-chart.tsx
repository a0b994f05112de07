import { useMemo } from 'react';
import type { Chart, Cluster, Finding } from '../../api/fleet-shapes.ts';
import { usePreference } from '../../ui/preferences.ts';
import { serviceColors } from '../../ui/service-color.ts';
import { ChartPanel } from '../cluster/chart-panel.tsx';
import { useWindow } from '../cluster/use-window.ts';
import { metricOfEvidence } from './evidence-text.ts';

const range = { kind: 'last', last: '1d' } as const;

/** The values over the last day, where they are metrics. */
export function FindingChart({ cluster, finding }: { cluster: Cluster; finding: Finding }) {
  const zone = usePreference('zone');
  const window = useWindow(range);
  const colors = useMemo(() => serviceColors(cluster.nodes.map(({ id }) => id)), [cluster.nodes]);
  const charts = finding.evidence.flatMap(({ name, unit }): Chart[] => {
    const metric = metricOfEvidence(name);
    if (metric === undefined) return [];
    const title = metric.slice(metric.indexOf(':') + 1);
    return [{ title, metric, unit: unit === 'bytes' ? 'bytes' : 'number' }];
  });
  return charts.map((chart) => (
    <ChartPanel
      key={chart.metric}
      cluster={cluster}
      chart={chart}
      window={window}
      zone={zone}
      log={false}
      node={finding.subject.node}
      colors={colors}
    />
  ));
}
