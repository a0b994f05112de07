import type { NodePanel } from '../../api/fleet-shapes.ts';
import type { PanelSubject } from '../../api/panels.ts';
import { PanelList } from '../cluster/panel-list.tsx';
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
  const subject = (panel: NodePanel): PanelSubject => ({ of: 'node', node: data.node.id, panel });
  return (
    <PanelList
      id={cluster.id}
      panels={panels.map(([panel, title]) => ({ subject: subject(panel), title }))}
    />
  );
}
