import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { queryMinutes } from '../../readings/query-log.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { countText, percentText } from '../../wording.ts';

const memoryLimitExceeded = 241;

/** Queries that failed in the last hour because memory ran out. */
export const memoryKills: NodeCheck = {
  id: 'memory-kills',
  number: 67,
  title: 'Queries fail for want of memory',
  group: 'resources',
  dimension: 'workload',
  scope: 'node',
  needs: [
    { reading: queryMinutes, columns: ['minute', 'code', 'kind', 'queries'], absent: 'unknown' },
  ],
  measure(node) {
    const hour = recentRows(node, node.rows(queryMinutes), 3_600_000);
    const kills = hour.filter((row) => row.code === memoryLimitExceeded);
    const count = (of: (row: (typeof kills)[number]) => boolean) =>
      total(kills.filter(of), (row) => row.queries);
    const queries = total(hour, (row) => row.queries);
    const all = count(() => true);
    return measured([
      {
        subject: {},
        values: {
          kills: all,
          insertKills: count((row) => row.kind === 'insert' || row.kind === 'asyncinsertflush'),
          share: queries === 0 ? 0 : all / queries,
          byQueryLimit: count((row) => row.memoryLimit === 'query'),
          byUserLimit: count((row) => row.memoryLimit === 'user'),
          byServerLimit: count((row) => row.memoryLimit === 'server'),
        },
      },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'insertKills', is: 'above', than: 0 }],
      source: 'ClickHouse/clickhouse-diagnostics: code 241 on inserts',
      message: (item) =>
        `${countText(Number(item.values.insertKills), 'insert')} failed for want of memory within an hour; ${breakdown(item)}.`,
    },
    {
      severity: 'critical',
      all: [
        { value: 'share', is: 'above', than: 0.05 },
        { value: 'kills', is: 'at least', than: 5 },
      ],
      source: 'ClickHouse/clickhouse-diagnostics: more than 5 % of queries; at least 5: guideline',
      message: (item) =>
        `${percentText(Number(item.values.share))} of the queries of the last hour failed for want of memory; ${breakdown(item)}.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'kills', is: 'above', than: 0 }],
      source: 'ClickHouse/clickhouse-diagnostics: any query with code 241',
      message: (item) =>
        `${countText(Number(item.values.kills), 'query', 'queries')} failed for want of memory within an hour; ${breakdown(item)}.`,
    },
  ],
  explanation:
    'A query that needs more memory than its limit ends with code 241. Inserts that end so are lost unless the client tries again.',
  causes: [
    'A query that joins or groups more than fits: limit of a query',
    'Many queries of one user at the same time: limit of a user',
    'Everything together, merges and caches included: limit of the server',
  ],
  fix: () => ({
    sql: "SELECT user, count() AS failures, max(memory_usage) AS memory, any(substring(exception, 1, 200)) AS example FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND extract(exception, '^Code: ([0-9]+)') = '241' GROUP BY user ORDER BY failures DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows which queries failed. Let them spill to disk with max_bytes_before_external_group_by and max_bytes_before_external_sort, or raise the limit that the message names.',
  }),
  proof: { kind: 'fault' },
};

const breakdown = ({ values }: Measured): string =>
  `limit of the query ${values.byQueryLimit}, of the user ${values.byUserLimit}, of the server ${values.byServerLimit}`;
