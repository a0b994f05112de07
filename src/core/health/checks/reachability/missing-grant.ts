import { measured, type NodeCheck, unknown } from '../../check.ts';
import { countText } from '../../wording.ts';

/** Rights that the monitoring user lacks. */
export const missingGrant: NodeCheck = {
  id: 'missing-grant',
  number: 7,
  title: 'The monitor lacks rights',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  needs: [],
  samples: { open: 1, close: 1 },
  measure: ({ capabilities, missingGrants }) => {
    if (!capabilities) return unknown('What the user may read has not been asked yet.');
    const denied = [...missingGrants].sort(([a], [b]) => (a < b ? -1 : 1));
    return measured([
      {
        subject: {},
        values: {
          missingRights: denied.length,
          tables: denied.map(([table]) => table).join(', '),
          grants: denied.map(([, grant]) => grant).join(';\n'),
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'missingRights', is: 'above', than: 0 }],
      source: 'ClickHouse/clickhouse-diagnostics (errored checks are no clean ones)',
      message: (item) =>
        `The monitoring user lacks ${countText(Number(item.values.missingRights), 'right')}, and cannot read ${item.values.tables}. The checks that need it are unknown.`,
    },
  ],
  explanation: 'What cannot be read is not watched, and the score covers less.',
  causes: ['The grants were given before a table existed', 'A role was changed'],
  fix: (item) => ({ sql: String(item.values.grants), risk: 'safe' }),
  proof: { kind: 'fault' },
};
