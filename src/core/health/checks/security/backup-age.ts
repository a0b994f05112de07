import { type ClusterCheck, measured, type Rule } from '../../check.ts';
import { backupLog, backups } from '../../readings/backups.ts';
import { durationText } from '../../wording.ts';
import { backupHistory, longestUptimeSeconds, noBackup } from './backup-history.ts';

const day = 86_400;

const rule = (severity: Rule['severity'], days: number): Rule => ({
  severity,
  all: [
    { value: 'ageSeconds', is: 'above', than: days * day },
    { value: 'uptimeSeconds', is: 'at least', than: 2 * day },
  ],
  source: 'yandex/ch-tools: 1 and 2 days, not within 2 days of the start',
  message: ({ values }) => `The newest backup is ${durationText(Number(values.ageSeconds))} old.`,
});

/** How old the newest backup is. */
export const backupAge: ClusterCheck = {
  id: 'backup-age',
  number: 99,
  title: 'The newest backup is old',
  group: 'security',
  dimension: 'safety',
  scope: 'cluster',
  needs: [],
  uses: [backupLog, backups],
  measure(cluster) {
    const newest = backupHistory(cluster).find((each) => each.status === 'BACKUP_CREATED');
    if (!newest) return noBackup(cluster);
    const uptimeSeconds = longestUptimeSeconds(cluster);
    return measured([{ subject: {}, values: { ageSeconds: newest.ageSeconds, uptimeSeconds } }]);
  },
  rules: [rule('critical', 2), rule('warning', 1)],
  explanation: 'Everything that was written since the newest backup is lost when the disks are.',
  causes: [
    'The job that takes backups does not run, or fails',
    'Backups go on by other means: then mark it as intended',
  ],
  fix: () => ({
    sql: 'SELECT name, status, error, start_time, end_time FROM system.backup_log WHERE event_date >= today() - 31 ORDER BY event_time_microseconds DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows the last attempts. A backup is taken by BACKUP DATABASE … TO Disk(…) or S3(…).',
  }),
  proof: { kind: 'sql' },
};
