import { SegmentedControl, Skeleton, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { chartsQuery } from '../../api/panels.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import plot from '../../ui/plot.module.css';
import { setPreference, usePreference } from '../../ui/preferences.ts';
import { serviceColors } from '../../ui/service-color.ts';
import { type Zone, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import { TimePicker } from '../search/time-picker.tsx';
import { ChartPanel } from './chart-panel.tsx';
import own from './charts-tab.module.css';
import { type RangeChange, type RangeParams, rangeChange, rangeOf } from './cluster-params.ts';
import { RowsPanel } from './rows-panel.tsx';
import { useWindow } from './use-window.ts';

interface Props {
  readonly cluster: Cluster;
  readonly params: RangeParams & { readonly node?: string };
  readonly onChange: (change: RangeChange & { node?: string | undefined }) => void;
  /** One node only, whatever the address says. */
  readonly only?: string;
}

/** What the nodes do over time: one line for each. */
export function ChartsTab({ cluster, params, onChange, only }: Props) {
  const zone = usePreference('zone');
  const range = rangeOf(params);
  const window = useWindow(range);
  const charts = useQuery(chartsQuery);
  const ids = cluster.nodes.map(({ id }) => id).join('\n');
  const colors = useMemo(() => serviceColors(ids === '' ? [] : ids.split('\n')), [ids]);
  const zoom = (fromMs: number, toMs: number) =>
    onChange(rangeChange({ kind: 'between', from: isoOf(fromMs), to: isoOf(toMs) }));
  return (
    <div className={classes.content}>
      <div className={`${classes.toolbar} ${own.bar}`}>
        {only === undefined ? (
          <Legend colors={colors} chosen={params.node} onChoose={(node) => onChange({ node })} />
        ) : null}
        <span className={classes.end}>
          <Switch
            size="xs"
            label="Log scale"
            checked={params.log === '1'}
            onChange={(event) => onChange({ log: event.currentTarget.checked ? '1' : undefined })}
          />
          <ZoneSwitch zone={zone} />
          <TimePicker range={range} onChange={(next) => onChange(rangeChange(next))} />
        </span>
      </div>
      {charts.isError ? (
        <FailureNotice error={charts.error} onRetry={() => void charts.refetch()} />
      ) : charts.data === undefined ? (
        <Skeleton height={420} radius={12} aria-busy="true" />
      ) : (
        charts.data.groups.map((group) => (
          <section key={group.name} aria-label={group.name} className={own.group}>
            <h2>{group.name}</h2>
            <div className={own.panels}>
              {group.charts.map((chart) => (
                <ChartPanel
                  key={chart.metric}
                  cluster={cluster}
                  chart={chart}
                  window={window}
                  zone={zone}
                  log={params.log === '1'}
                  node={only ?? params.node}
                  colors={colors}
                  onZoom={zoom}
                />
              ))}
            </div>
          </section>
        ))
      )}
      {only === undefined ? (
        <section aria-label="Storage" className={own.group}>
          <h2>Storage</h2>
          <RowsPanel
            id={cluster.id}
            subject={{ of: 'cluster', panel: 'compression' }}
            title="Compression"
          />
          <RowsPanel
            id={cluster.id}
            subject={{ of: 'cluster', panel: 'detached' }}
            title="Broken and detached parts"
          />
        </section>
      ) : null}
    </div>
  );
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();

function Legend({
  colors,
  chosen,
  onChoose,
}: {
  colors: ReadonlyMap<string, string>;
  chosen: string | undefined;
  onChoose(node: string | undefined): void;
}) {
  return (
    <div className={own.legend}>
      {[...colors].map(([node, color]) => (
        <button
          key={node}
          type="button"
          className={plot.entry}
          aria-pressed={chosen === node}
          title={chosen === node ? 'Show all nodes' : 'Only this node'}
          onClick={() => onChoose(chosen === node ? undefined : node)}
        >
          <i style={{ background: color }} />
          <span className="mono">{node}</span>
        </button>
      ))}
    </div>
  );
}

function ZoneSwitch({ zone }: { zone: Zone }) {
  if (zoneOffset('local', Date.now()) === 'UTC') return <span className="quiet">UTC</span>;
  return (
    <SegmentedControl
      size="xs"
      value={zone}
      onChange={(value) => setPreference('zone', value as Zone)}
      aria-label="Zone of shown times"
      data={[
        { value: 'local', label: zoneOffset('local', Date.now()) },
        { value: 'utc', label: 'UTC' },
      ]}
    />
  );
}
