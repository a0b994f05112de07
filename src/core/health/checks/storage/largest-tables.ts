import { sqlString } from '../../../../base/sql-text.ts';
import type { Fix } from '../../../../model/fleet/finding.ts';

/** Shows what fills a disk. */
export const largestTables = (disk = 'default'): Fix => ({
  sql: `SELECT database, table, formatReadableSize(sum(bytes_on_disk)) AS size, sum(rows) AS rows, count() AS parts FROM system.parts WHERE disk_name = ${sqlString(disk)} GROUP BY database, table ORDER BY sum(bytes_on_disk) DESC LIMIT 20`,
  risk: 'safe',
  note: 'Shows the largest tables of the disk, parts included that are about to go. Give log tables a TTL, drop old partitions, look into “detached” and “shadow”, or add space.',
});
