import type { TablePanel } from '../../api/fleet-shapes.ts';
import type { PanelSubject } from '../../api/panels.ts';
import { PanelList } from '../cluster/panel-list.tsx';
import type { TableTabProps } from '../table.tsx';

type Titled = readonly (readonly [panel: TablePanel, title: string])[];

const columns: Titled = [['columns', 'Columns']];
const parts: Titled = [
  ['partitions', 'Parts by partition'],
  ['detached', 'Detached parts'],
];
const work: Titled = [
  ['mutations', 'Mutations'],
  ['merges', 'Running merges'],
  ['queue', 'Replication queue'],
];

export const TableColumns = (props: TableTabProps) => <Panels {...props} panels={columns} />;
/** What the table stores. */
export const TableParts = (props: TableTabProps) => <Panels {...props} panels={parts} />;
/** What is done to the table. */
export const TableWork = (props: TableTabProps) => <Panels {...props} panels={work} />;

function Panels({ cluster, table, panels }: TableTabProps & { panels: Titled }) {
  const subject = (panel: TablePanel): PanelSubject => ({ of: 'table', panel, ...table });
  return (
    <PanelList
      id={cluster.id}
      panels={panels.map(([panel, title]) => ({ subject: subject(panel), title }))}
    />
  );
}
