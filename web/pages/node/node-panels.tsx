import type { NodePanel } from '../../api/fleet-shapes.ts';
import { RowsPanel } from '../cluster/rows-panel.tsx';
import classes from '../cluster.module.css';
import type { NodeTabProps } from '../node.tsx';

type Titled = readonly (readonly [panel: NodePanel, title: string])[];

const work: Titled = [
  ['merges', 'Running merges'],
  ['mutations', 'Unfinished mutations'],
  ['queue', 'Replication queue'],
  ['replicas', 'Replicas that lag or cannot be written'],
];
const storage: Titled = [
  ['disks', 'Disks'],
  ['tables', 'Tables and their parts'],
  ['detached', 'Detached parts'],
];

/** What the server is busy with. */
export const NodeWork = (props: NodeTabProps) => <Panels {...props} panels={work} />;
/** What the server keeps. */
export const NodeStorage = (props: NodeTabProps) => <Panels {...props} panels={storage} />;

function Panels({ cluster, data, panels }: NodeTabProps & { panels: Titled }) {
  return (
    <div className={classes.content}>
      {panels.map(([panel, title]) => (
        <RowsPanel
          key={panel}
          id={cluster.id}
          subject={{ of: 'node', node: data.node.id, panel }}
          title={title}
        />
      ))}
    </div>
  );
}
