import { type Measurement, unknown } from '../../check.ts';
import type { ClusterView } from '../../cluster-view.ts';
import { backupLog, backups } from '../../readings/backups.ts';
import type { RowOf } from '../../readings/reading-definition.ts';
import { whyMissing } from '../../readings/why-missing.ts';

export type Backup = RowOf<typeof backupLog>;

/**
 * Backups of a cluster that ended, the newest first. A backup is taken on one server for all, so
 * that all servers' logs are one history. Servers without a log have those since their start.
 */
export function backupHistory({ answering }: ClusterView): readonly Backup[] {
  return answering
    .flatMap((node) => node.optionalRows(backupLog) ?? node.optionalRows(backups) ?? [])
    .toSorted((a, b) => (a.ageSeconds ?? 0) - (b.ageSeconds ?? 0));
}

/** Why nothing is known of backups. Nothing ever is no answer: they may be taken by other means. */
export function noBackup({ answering }: ClusterView): Measurement {
  const read = answering.some((node) => node.optionalRows(backupLog) ?? node.optionalRows(backups));
  return read
    ? unknown(
        'No BACKUP was seen in the last month. Whether backups are taken by other means is not known here.',
      )
    : whyMissing(answering, [backupLog, backups]);
}

/** How long the server of the cluster that started first has been up. */
export const longestUptimeSeconds = ({ answering }: ClusterView): number =>
  Math.max(0, ...answering.map((node) => (node.uptimeMs ?? 0) / 1_000));
