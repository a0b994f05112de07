import { measured, type NodeCheck } from '../../check.ts';
import { keeperTable } from '../../readings/keeper.ts';
import { countText } from '../../wording.ts';
import { withoutKeeper } from './keeper-nodes.ts';

const windowMs = 3_600_000;

/** Exceptions of Keeper that are not part of normal work. */
export const keeperExceptions: NodeCheck = {
  id: 'keeper-exceptions',
  number: 31,
  title: 'Requests to Keeper fail',
  group: 'keeper',
  dimension: 'replication',
  scope: 'node',
  needs: [{ reading: keeperTable, absent: 'unknown' }],
  series: ['ZooKeeperHardwareExceptions', 'ZooKeeperOtherExceptions', 'ZooKeeperUserExceptions'],
  measure(node) {
    const none = withoutKeeper(node);
    if (none) return none;
    const hardware = node.increase('ZooKeeperHardwareExceptions', windowMs);
    const other = node.increase('ZooKeeperOtherExceptions', windowMs);
    return measured([
      {
        subject: {},
        values: {
          failures:
            hardware === undefined && other === undefined
              ? undefined
              : (hardware ?? 0) + (other ?? 0),
          hardware,
          other,
          normal: node.increase('ZooKeeperUserExceptions', windowMs),
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'failures', is: 'above', than: 20 }],
      source:
        'ClickHouse/clickhouse-diagnostics: more than 20 an hour of code 999; without those of normal work: guideline',
      message: ({ values }) =>
        `${countText(Number(values.failures), 'request')} to Keeper failed within an hour (connection or timeout ${values.hardware ?? 0}, other ${values.other ?? 0}).`,
    },
  ],
  explanation:
    'A server meets “no node” and “bad version” in normal work, when two replicas want the same. Lost connections, timeouts and expired sessions are something else: work is repeated or fails.',
  causes: [
    'The network between this server and Keeper',
    'Keeper under load, on a slow disk, or in an election',
    'A session that expired while the server was too busy for its heartbeat',
  ],
  fix: () => ({
    sql: 'SELECT database, table, is_readonly, is_session_expired FROM system.replicas WHERE is_readonly OR is_session_expired',
    risk: 'safe',
    note: 'Shows which tables suffer from it. The server’s log has each failure with its path (“Coordination error”, “KeeperException”).',
  }),
  proof: { kind: 'fault' },
};
