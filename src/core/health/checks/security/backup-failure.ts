import { type ClusterCheck, measured } from '../../check.ts';
import { backupLog, backups } from '../../readings/backups.ts';
import { releases } from '../../releases.ts';
import { countText, durationText } from '../../wording.ts';
import { backupHistory, noBackup } from './backup-history.ts';

/** Whether the last backups succeeded. */
export const backupFailure: ClusterCheck = {
  id: 'backup-failure',
  number: 100,
  title: 'Backups fail',
  group: 'security',
  dimension: 'safety',
  scope: 'cluster',
  about: { since: releases.backup },
  needs: [],
  uses: [backupLog, backups],
  measure(cluster) {
    const history = backupHistory(cluster);
    const newest = history[0];
    if (!newest) return noBackup(cluster);
    const succeeded = history.findIndex((each) => each.status !== 'BACKUP_FAILED');
    return measured([
      {
        subject: {},
        values: {
          failuresInARow: succeeded < 0 ? history.length : succeeded,
          ageSeconds: newest.ageSeconds,
          error: newest.error,
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'failuresInARow', is: 'at least', than: 3 }],
      source: 'yandex/ch-tools: 3 in a row',
      message: ({ values }) => `The last ${values.failuresInARow} backups failed: ${values.error}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'failuresInARow', is: 'above', than: 0 }],
      source: 'yandex/ch-tools: the last one failed',
      message: ({ values }) =>
        `The last ${countText(Number(values.failuresInARow), 'backup')} failed, ${durationText(Number(values.ageSeconds))} ago: ${values.error}`,
    },
  ],
  explanation: 'A backup that fails is none: the newest one that can be restored grows older.',
  causes: [
    'No space, or no right to write, where backups go to',
    'A table that was dropped or changed while it was backed up',
    'A server or Keeper that could not be reached',
  ],
  fix: () => ({
    sql: "SELECT name, error, start_time FROM system.backup_log WHERE event_date >= today() - 31 AND status = 'BACKUP_FAILED' ORDER BY event_time_microseconds DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows why they failed.',
  }),
  proof: { kind: 'fault' },
};
