import { type ClusterCheck, type Measured, measured, type Rule } from '../../check.ts';
import { backupLog, backups } from '../../readings/backups.ts';
import { releases } from '../../releases.ts';
import { durationText, percentText, sizeText } from '../../wording.ts';
import { type Backup, backupHistory, noBackup } from './backup-history.ts';

const source = 'Altinity/clickhouse-operator, clickhouse-backup rules';

const rules: readonly Rule[] = [
  {
    severity: 'warning',
    all: [{ value: 'sizeShare', is: 'below', than: 0.6 }],
    source: `${source}: smaller than 60 % of the one before`,
    message: ({ subject, values }) =>
      `The newest backup ${subject.object} has ${sizeText(Number(values.bytes))}, ${percentText(Number(values.sizeShare))} of the one before.`,
  },
  {
    severity: 'warning',
    all: [{ value: 'durationSeconds', is: 'above', than: 4 * 3_600 }],
    source: `${source}: longer than 4 hours`,
    message: ({ subject, values }) =>
      `The newest backup ${subject.object} took ${durationText(Number(values.durationSeconds))}.`,
  },
  {
    severity: 'warning',
    all: [
      { value: 'durationShare', is: 'below', than: 0.7 },
      { value: 'previousSeconds', is: 'at least', than: 60 },
    ],
    source: `${source}: 30 % quicker than the one before; at least a minute: guideline`,
    message: ({ subject, values }) =>
      `The newest backup ${subject.object} took ${durationText(Number(values.durationSeconds))}, the one before ${durationText(Number(values.previousSeconds))}.`,
  },
];

/** Whether the newest backup of each series looks like the one before. */
export const backupShape: ClusterCheck = {
  id: 'backup-shape',
  number: 101,
  title: 'A backup is unlike the one before',
  group: 'security',
  dimension: 'safety',
  scope: 'cluster',
  about: { since: releases.backup },
  needs: [],
  uses: [backupLog, backups],
  measure(cluster) {
    const created = backupHistory(cluster).filter((each) => each.status === 'BACKUP_CREATED');
    if (created.length === 0) return noBackup(cluster);
    const series = Map.groupBy(created, (each) => each.series ?? '');
    return measured(
      [...series].map(([name, [newest, previous]]) => shape(name, newest!, previous)),
    );
  },
  rules,
  explanation:
    'A backup that is suddenly smaller or quicker may lack tables; one that takes very long may not be done before the next one begins.',
  causes: [
    'Tables or databases that were dropped, or are not in the backup any more',
    'Data that was deleted on purpose',
    'A slow disk or network',
  ],
  fix: () => ({
    sql: "SELECT name, start_time, end_time, num_files, formatReadableSize(total_size) AS size FROM system.backup_log WHERE event_date >= today() - 31 AND status = 'BACKUP_CREATED' ORDER BY event_time_microseconds DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows the last backups. Restore one elsewhere and count its tables and rows.',
  }),
  proof: { kind: 'fault' },
};

function shape(name: string, newest: Backup, previous: Backup | undefined): Measured {
  const share = (now?: number, before?: number): number | undefined =>
    now === undefined || !before ? undefined : now / before;
  return {
    subject: { object: name },
    values: {
      bytes: newest.sizeBytes,
      previousBytes: previous?.sizeBytes,
      sizeShare: share(newest.sizeBytes, previous?.sizeBytes),
      durationSeconds: newest.durationSeconds,
      previousSeconds: previous?.durationSeconds,
      durationShare: share(newest.durationSeconds, previous?.durationSeconds),
    },
  };
}
