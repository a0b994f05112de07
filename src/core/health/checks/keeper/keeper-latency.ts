import { measured, type NodeCheck } from '../../check.ts';
import { keeperTable } from '../../readings/keeper.ts';
import { withoutKeeper } from './keeper-nodes.ts';

const windowMs = 600_000;

/** How long a request to Keeper takes, as this server sees it. */
export const keeperLatency: NodeCheck = {
  id: 'keeper-latency',
  number: 30,
  title: 'Keeper answers slowly',
  group: 'keeper',
  dimension: 'replication',
  scope: 'node',
  needs: [{ reading: keeperTable, absent: 'unknown' }],
  series: ['ZooKeeperWaitMicroseconds', 'ZooKeeperTransactions'],
  measure(node) {
    const none = withoutKeeper(node);
    if (none) return none;
    const latency = (waited: number | undefined, requests: number | undefined) =>
      waited === undefined || requests === undefined || requests <= 0
        ? undefined
        : waited / requests / 1_000;
    const requests = node.increase('ZooKeeperTransactions', windowMs);
    const waited = node.increase('ZooKeeperWaitMicroseconds', windowMs);
    return measured([
      {
        subject: {},
        values: {
          requests,
          // Nothing was asked, so nothing took long.
          latencyMs: requests === 0 ? 0 : latency(waited, requests),
          usualMs: latency(
            node.usualPerHour('ZooKeeperWaitMicroseconds'),
            node.usualPerHour('ZooKeeperTransactions'),
          ),
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'latencyMs', is: 'above', than: 1_000 },
        { value: 'requests', is: 'at least', than: 10 },
      ],
      source: 'guideline: one second on average, over at least 10 requests',
      message: ({ values }) =>
        `A request to Keeper takes ${Math.round(Number(values.latencyMs))} ms on average.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'latencyMs', is: 'at least', than: { value: 'usualMs', times: 10 } },
        { value: 'latencyMs', is: 'above', than: 20 },
        { value: 'requests', is: 'at least', than: 10 },
      ],
      source:
        'ClickHouse/clickhouse-diagnostics: ten times the median; at least 20 ms and 10 requests: guideline',
      message: ({ values }) =>
        `A request to Keeper takes ${Number(values.latencyMs).toFixed(1)} ms on average, usually ${Number(values.usualMs).toFixed(1)} ms.`,
    },
  ],
  explanation:
    'Each insert into a replicated table waits for several requests to Keeper, and sessions expire when heartbeats are late.',
  causes: [
    'The disk of Keeper: it waits for each transaction to be written',
    'Too many requests: many small inserts, many tables or many parts',
    'Keeper shares its machine with something that takes the processor or the disk',
  ],
  fix: () => ({
    sql: "SELECT event, value FROM system.events WHERE event IN ('ZooKeeperTransactions', 'ZooKeeperWaitMicroseconds', 'ZooKeeperMulti', 'InsertQuery')",
    risk: 'safe',
    note: 'Shows how many requests inserts cause. Give Keeper a disk of its own, and batch inserts.',
  }),
  proof: { kind: 'sql' },
};
