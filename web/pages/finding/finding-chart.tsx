import { useMemo } from 'react';
import type { Cluster, Finding } from '../../api/fleet-shapes.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatRate } from '../../ui/quantity.ts';
import { serviceColors } from '../../ui/service-color.ts';
import { Panel } from '../cluster/panel.tsx';
import type { PanelDefinition } from '../cluster/panels.ts';
import { useWindow } from '../cluster/use-window.ts';
import { metricOfEvidence } from './evidence-text.ts';

const range = { kind: 'last', last: '1d' } as const;

/** The values over the last day, where they are metrics. */
export function FindingChart({ cluster, finding }: { cluster: Cluster; finding: Finding }) {
  const zone = usePreference('zone');
  const window = useWindow(range);
  const colors = useMemo(() => serviceColors(cluster.nodes.map(({ id }) => id)), [cluster.nodes]);
  const panels = finding.evidence.flatMap(({ name, unit }): PanelDefinition[] => {
    const metric = metricOfEvidence(name);
    if (metric === undefined) return [];
    const title = metric.slice(metric.indexOf(':') + 1);
    return [{ title, metric, render: unit === 'bytes' ? formatBytes : formatRate }];
  });
  return panels.map((panel) => (
    <Panel
      key={panel.metric}
      cluster={cluster}
      panel={panel}
      window={window}
      zone={zone}
      log={false}
      node={finding.subject.node}
      colors={colors}
    />
  ));
}
