import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
import { FindingList } from './finding-list.tsx';
import { NodeTable } from './node-table.tsx';
import { ScoreCard } from './score-card.tsx';

/** The score and what it is made of. */
export function HealthTab(props: ClusterTabProps) {
  return (
    <div className={classes.content}>
      <div className={classes.halves}>
        <ScoreCard {...props} />
        <NodeTable {...props} />
      </div>
      <FindingList {...props} />
    </div>
  );
}
