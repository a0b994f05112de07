import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import { diskStates } from '../../readings/disks.ts';

/** Disks that the server found broken or cannot write to. */
export const diskState: NodeCheck = {
  id: 'disk-state',
  number: 61,
  title: 'A disk is broken or read-only',
  group: 'storage',
  dimension: 'safety',
  scope: 'node',
  needs: [{ reading: diskStates, columns: ['disk'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(diskStates).map((row) => ({
        subject: { disk: row.disk ?? '' },
        values: { state: stateOf(row.broken, row.readOnly), path: row.path ?? '' },
      })),
    ),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'state', is: 'equal to', than: 'broken' }],
      source: 'ClickHouse documentation: is_broken',
      message: ({ subject, values }) =>
        `The server found the disk ${subject.disk} (${values.path}) broken and does not use it.`,
    },
    {
      severity: 'critical',
      all: [{ value: 'state', is: 'equal to', than: 'read-only' }],
      source: 'ClickHouse documentation: is_read_only',
      message: ({ subject, values }) =>
        `The server cannot write to the disk ${subject.disk} (${values.path}).`,
    },
  ],
  explanation:
    'Tables on this disk cannot be written, merged or mutated; parts on a broken one are gone until it is back.',
  causes: [
    'A failing device: the kernel mounts it read-only after errors',
    'A volume that is not mounted',
    'Owner or rights of the folder were changed',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT policy_name, volume_name, disks FROM system.storage_policies WHERE has(disks, ${sqlString(subject.disk ?? '')})`,
    risk: 'safe',
    note: 'Shows which storage policies use the disk. Look at the kernel’s log, the mount and the rights of the folder; replicated tables fetch what is missing after the repair.',
  }),
  proof: { kind: 'fault' },
};

/** Undefined where the server leaves open what would matter. */
function stateOf(broken: boolean | undefined, readOnly: boolean | undefined): string | undefined {
  if (broken) return 'broken';
  if (readOnly) return 'read-only';
  return broken === undefined || readOnly === undefined ? undefined : 'well';
}
