import { measured, type NodeCheck, type Rule } from '../../check.ts';
import { disks } from '../../readings/disks.ts';
import { percentText, sizeText } from '../../wording.ts';
import { largestTables } from './largest-tables.ts';

const rule = (severity: Rule['severity'], share: number): Rule => ({
  severity,
  all: [{ value: 'freeShare', is: 'below', than: share }],
  keep: [{ value: 'freeShare', is: 'below', than: share + 0.01 }],
  source: 'samber/awesome-prometheus-alerts: 20 and 10 % free',
  message: ({ subject, values }) =>
    `The disk ${subject.disk} (${values.path}) has ${sizeText(Number(values.freeBytes))} left, ${percentText(Number(values.freeShare))} of ${sizeText(Number(values.totalBytes))}.`,
});

/** Free space of each local disk. */
export const diskSpace: NodeCheck = {
  id: 'disk-space',
  number: 58,
  title: 'A disk is nearly full',
  group: 'storage',
  dimension: 'resources',
  scope: 'node',
  needs: [{ reading: disks, columns: ['disk', 'freeBytes', 'totalBytes'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(disks).map((row) => {
        // What the configuration keeps free is not there for tables.
        const freeBytes = row.freeBytes && Math.max(0, row.freeBytes - (row.keepFreeBytes ?? 0));
        return {
          subject: { disk: row.disk ?? '' },
          values: {
            freeShare:
              freeBytes === undefined || !row.totalBytes ? undefined : freeBytes / row.totalBytes,
            freeBytes,
            totalBytes: row.totalBytes,
            path: row.path ?? '',
          },
        };
      }),
    ),
  rules: [rule('critical', 0.1), rule('warning', 0.2)],
  explanation:
    'On a full disk inserts and merges fail, and the server may not start. Merges need free space before it runs out: they write the new part beside the old ones.',
  causes: [
    'Data that nobody deletes: no TTL',
    'The server’s own log tables',
    'Detached parts, backups made by FREEZE, or files of other programs',
    'Merges or mutations of large parts',
  ],
  fix: ({ subject }) => largestTables(subject.disk),
  proof: { kind: 'fault' },
};
