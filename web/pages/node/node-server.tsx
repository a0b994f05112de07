import type { NodeData } from '../../api/fleet-shapes.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import { CostTable } from '../cluster/cost-table.tsx';
import { RowsPanel } from '../cluster/rows-panel.tsx';
import classes from '../cluster.module.css';
import type { NodeTabProps } from '../node.tsx';

/** The server itself: its errors, its settings, and what the monitor takes of it. */
export function NodeServer({ cluster, data }: NodeTabProps) {
  const subject = { of: 'node', node: data.node.id } as const;
  return (
    <div className={classes.content}>
      <RowsPanel
        id={cluster.id}
        subject={{ ...subject, panel: 'errors' }}
        title="Errors since the server started"
      />
      <RowsPanel
        id={cluster.id}
        subject={{ ...subject, panel: 'settings' }}
        title="Settings that differ from the other nodes"
      />
      <section className={classes.card} aria-label="Cost">
        <h2>What the monitor costs this node</h2>
        {data.cost === null ? (
          <p className="quiet">No data: it is not read now.</p>
        ) : (
          <CostTable nodes={[data.cost]} />
        )}
      </section>
      <Certificate certificate={data.certificate} />
    </div>
  );
}

function Certificate({ certificate }: Pick<NodeData, 'certificate'>) {
  const zone = usePreference('zone');
  if (certificate === null) return null;
  const { subject, expiresAt } = certificate;
  return (
    <section className={classes.card} aria-label="Certificate">
      <h2>Certificate</h2>
      <p>
        <span className="mono">{subject}</span>, until {formatTime(expiresAt, zone, 0)}{' '}
        {zoneOffset(zone, Date.parse(expiresAt))}
      </p>
    </section>
  );
}
