import { type Measured, measured, type NodeCheck, unknown } from '../../check.ts';
import { percentText } from '../../wording.ts';

const filesystems = [
  { object: 'data', prefix: 'FilesystemMainPath' },
  { object: 'logs', prefix: 'FilesystemLogsPath' },
];

/** Files that the file systems can still hold. */
export const inodes: NodeCheck = {
  id: 'inodes',
  number: 65,
  title: 'A file system nearly has no inodes left',
  group: 'storage',
  dimension: 'resources',
  scope: 'node',
  needs: [],
  measure(node) {
    const items = filesystems.flatMap(({ object, prefix }): Measured[] => {
      const used = node.gauge(`${prefix}UsedINodes`);
      const all = node.gauge(`${prefix}TotalINodes`);
      // Some file systems have no fixed number: they say 0.
      if (used === undefined || all === undefined) return [];
      return [
        { subject: { object }, values: { used: all > 0 ? used / all : 0, files: used, all } },
      ];
    });
    return items.length > 0
      ? measured(items)
      : unknown('This server does not count the inodes of its file systems.');
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'used', is: 'above', than: 0.9 }],
      source: 'guideline: 90 % of the inodes',
      message: ({ subject, values }) =>
        `${percentText(Number(values.used))} of the inodes of the file system for ${subject.object} are in use (${values.files} of ${values.all}).`,
    },
  ],
  explanation:
    'Without inodes no file can be made, however much space is left: inserts and merges fail.',
  causes: [
    'Very many parts: each has files for every column',
    'Detached parts and backups',
    'Many small files of other programs',
  ],
  fix: () => ({
    sql: 'SELECT database, table, count() AS parts, countIf(NOT active) AS inactive FROM system.parts GROUP BY database, table ORDER BY parts DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows which tables have most parts. Larger inserts and a coarser partition key make fewer files; so do compact parts (min_bytes_for_wide_part).',
  }),
  proof: { kind: 'sql' },
};
