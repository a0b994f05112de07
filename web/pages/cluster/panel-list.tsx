import type { PanelSubject } from '../../api/panels.ts';
import classes from '../cluster.module.css';
import { RowsPanel } from './rows-panel.tsx';

interface Props {
  /** Id of the cluster. */
  readonly id: string;
  readonly panels: readonly { readonly subject: PanelSubject; readonly title: string }[];
}

/** Panels one below the other, each asked for when it comes into sight. */
export function PanelList({ id, panels }: Props) {
  return (
    <div className={classes.content}>
      {panels.map(({ subject, title }) => (
        <RowsPanel key={subject.panel} id={id} subject={subject} title={title} />
      ))}
    </div>
  );
}
