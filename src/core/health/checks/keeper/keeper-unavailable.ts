import { measured, type NodeCheck } from '../../check.ts';
import { keeperTable } from '../../readings/keeper.ts';
import { countText, percentText } from '../../wording.ts';
import { withoutKeeper } from './keeper-nodes.ts';

const windowMs = 3_600_000;

/** Requests to Keeper that the network or a dead Keeper failed. */
export const keeperUnavailable: NodeCheck = {
  id: 'keeper-unavailable',
  number: 29,
  title: 'Keeper was unavailable',
  group: 'keeper',
  dimension: 'availability',
  scope: 'node',
  needs: [{ reading: keeperTable, absent: 'unknown' }],
  series: ['ZooKeeperHardwareExceptions', 'ZooKeeperTransactions'],
  measure(node) {
    const none = withoutKeeper(node);
    if (none) return none;
    const transactions = node.increase('ZooKeeperTransactions', windowMs);
    const usual = node.usualPerHour('ZooKeeperTransactions');
    return measured([
      {
        subject: {},
        values: {
          failures: node.increase('ZooKeeperHardwareExceptions', windowMs),
          transactions,
          shareOfUsual:
            usual === undefined || usual <= 0 || transactions === undefined
              ? undefined
              : transactions / usual,
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'failures', is: 'above', than: 1_000 },
        { value: 'shareOfUsual', is: 'below', than: 0.5 },
      ],
      source:
        'ClickHouse/clickhouse-diagnostics: more than 1,000 failures an hour and less than half of the usual requests',
      message: ({ values }) =>
        `${countText(Number(values.failures), 'request')} to Keeper failed within an hour, and only ${percentText(Number(values.shareOfUsual))} of the usual number were made.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'failures', is: 'above', than: 1_000 }],
      source: 'ClickHouse/clickhouse-diagnostics: more than 1,000 failures an hour',
      message: ({ values }) =>
        `${countText(Number(values.failures), 'request')} to Keeper failed within an hour, by the network or because Keeper did not answer.`,
    },
  ],
  explanation:
    'While Keeper does not answer, replicated tables take no inserts and replicas fall behind. Few requests alone say nothing: a quiet server makes few.',
  causes: [
    'Keeper was restarted, or lost its quorum for a while',
    'The network between this server and Keeper',
    'Requests that take longer than the operation timeout',
  ],
  fix: () => ({
    sql: "SELECT event, value FROM system.events WHERE event LIKE 'ZooKeeper%' ORDER BY event",
    risk: 'safe',
    note: 'Shows the counters since the server’s start. Then look into the logs of Keeper and at its answer to mntr.',
  }),
  proof: { kind: 'sql' },
};
