import type { ClusterStatus } from '../api/fleet-shapes.ts';
import classes from './status-mark.module.css';

const words: Readonly<Record<ClusterStatus, string>> = {
  pending: 'Not read yet',
  online: 'Online',
  degraded: 'Degraded',
  offline: 'Offline',
  paused: 'Paused',
};

/** Whether the collector reaches a cluster: a dot and a word. */
export function StatusMark({ status }: { status: ClusterStatus }) {
  return (
    <span className={classes.status} data-status={status}>
      <i aria-hidden />
      {words[status]}
    </span>
  );
}
