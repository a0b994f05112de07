import { exceptionText } from '../../../base/query-shape.ts';
import { type ColumnSource, computed, defineReading, number, text } from './reading-definition.ts';

/**
 * Names of backups hold addresses and keys of object stores. What is left of one: for a disk or a
 * file its path, else the address; digits become `#`, so that the backups of one series are alike.
 */
const place = "if(match(name, '^(Disk|File)[(]'), name, extract(name, '^[^,]*'))";
const series = `substring(concat(extract(name, '^[^(]*'), replaceRegexpAll(substring(${place}, position(name, '(')), '[0-9]+', '#')), 1, 200)`;

const columns = {
  series: text('name', series),
  status: text('status', 'toString(status)'),
  ageSeconds: computed('number', {
    needs: ['end_time', 'start_time'],
    sql: 'toInt64(now()) - toInt64(greatest(end_time, start_time))',
  }),
  durationSeconds: computed('number', {
    needs: ['end_time', 'start_time'],
    sql: 'toInt64(end_time) - toInt64(start_time)',
  }),
  sizeBytes: number('total_size'),
  error: text('error', exceptionText('error')),
};

const ended: ColumnSource = {
  needs: ['status'],
  sql: "toString(status) IN ('BACKUP_CREATED', 'BACKUP_FAILED')",
};

/** Backups that ended in the last month, the newest first. */
export const backupLog = defineReading({
  name: 'backup_log',
  tier: 'slow',
  table: 'backup_log',
  columns,
  where: [ended, { needs: ['event_date'], sql: 'event_date >= today() - 31' }],
  orderBy: [{ needs: ['end_time'], sql: 'end_time DESC' }],
  limit: 200,
  rotates: true,
  absent: 'The server keeps no backup_log: give it a <backup_log> section.',
});

/** The same since the server's start, from its memory. */
export const backups = defineReading({
  name: 'backups',
  tier: 'slow',
  table: 'backups',
  columns,
  where: [ended],
  orderBy: [{ needs: ['end_time'], sql: 'end_time DESC' }],
  limit: 200,
  absent: 'Needs ClickHouse 22.4 or newer.',
});
