import type { TablePanel } from '../../api/fleet-shapes.ts';
import { RowsPanel } from '../cluster/rows-panel.tsx';
import classes from '../cluster.module.css';
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
  return (
    <div className={classes.content}>
      {panels.map(([panel, title]) => (
        <RowsPanel
          key={panel}
          id={cluster.id}
          subject={{ of: 'table', panel, ...table }}
          title={title}
        />
      ))}
    </div>
  );
}
