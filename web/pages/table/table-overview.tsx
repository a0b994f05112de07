import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { findingsQuery } from '../../api/fleet.ts';
import { tableSizeQuery } from '../../api/panels.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes } from '../../ui/quantity.ts';
import { serviceColors } from '../../ui/service-color.ts';
import { rangeChange, rangeOf } from '../cluster/cluster-params.ts';
import list from '../cluster/finding-list.module.css';
import { FindingRow } from '../cluster/finding-row.tsx';
import { RowsPanel } from '../cluster/rows-panel.tsx';
import { SeriesPanel } from '../cluster/series-panel.tsx';
import { useWindow } from '../cluster/use-window.ts';
import classes from '../cluster.module.css';
import { TimePicker } from '../search/time-picker.tsx';
import type { TableTabProps } from '../table.tsx';
import { DefinitionPanel } from './definition-panel.tsx';

/** How the table stands, and what it is. */
export function TableOverview(props: TableTabProps) {
  const { cluster, table } = props;
  return (
    <div className={classes.content}>
      <TableFindings {...props} />
      <RowsPanel
        id={cluster.id}
        subject={{ of: 'table', panel: 'replicas', ...table }}
        title="Replicas"
      />
      <SizeChart {...props} />
      <DefinitionPanel id={cluster.id} table={table} />
    </div>
  );
}

function TableFindings({ cluster, table: { database, table, node } }: TableTabProps) {
  const findings = useQuery(findingsQuery(cluster.id)).data?.findings ?? [];
  const shown = findings.filter(
    ({ subject }) =>
      subject.database === database &&
      subject.table === table &&
      (node === undefined || subject.node === undefined || subject.node === node),
  );
  if (shown.length === 0) return null;
  return (
    <section className={classes.card} aria-label="Findings">
      <h2>Findings</h2>
      <ul className={list.list}>
        {shown.map((finding) => (
          <FindingRow key={finding.id} cluster={cluster.id} finding={finding} />
        ))}
      </ul>
    </section>
  );
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();

function SizeChart({ cluster, table, params, onChange }: TableTabProps) {
  const zone = usePreference('zone');
  const range = rangeOf(params);
  const window = useWindow(range);
  const size = useQuery(tableSizeQuery(cluster.id, table, window));
  const colors = useMemo(() => serviceColors(cluster.nodes.map(({ id }) => id)), [cluster.nodes]);
  return (
    <section className={classes.card} aria-label="Size">
      <div className={classes.titled}>
        <h2>Size over time</h2>
        <span className={classes.end}>
          <TimePicker range={range} onChange={(next) => onChange(rangeChange(next))} />
        </span>
      </div>
      <SeriesPanel
        title="Bytes on disk"
        about="One line for each node; parts that were merged away count until they are removed"
        answer={size}
        source={size.data?.sql}
        window={window}
        zone={zone}
        log={params.log === '1'}
        node={table.node}
        colors={colors}
        render={formatBytes}
        binary
        group={`table-${cluster.id}`}
        onZoom={(from, to) =>
          onChange(rangeChange({ kind: 'between', from: isoOf(from), to: isoOf(to) }))
        }
      >
        The way back from the size now, by what each node logged of its parts.
      </SeriesPanel>
    </section>
  );
}
