import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck, unknown } from '../../check.ts';
import { usableCores } from '../../readings/machine.ts';
import { queryMinutes, queryShapes } from '../../readings/query-log.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { processorCores } from '../../readings/server-facts.ts';
import { percentText, sizeText } from '../../wording.ts';
import { sumShapes } from './shape-sums.ts';

const hourMs = 3_600_000;

/** What is read in an hour before anybody's share of it is worth a word. */
const muchBytes = 100 * 1024 ** 3;

/** One query or one user that takes most of the processor, or reads most of what is read. */
export const costHog: NodeCheck = {
  id: 'cost-hog',
  number: 80,
  title: 'One query or user takes most of the processor or of the reads',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [
    {
      reading: queryMinutes,
      columns: ['minute', 'user', 'cpuMicroseconds', 'readBytes'],
      absent: 'unknown',
    },
    {
      reading: queryShapes,
      columns: ['minute', 'hash', 'cpuMicroseconds', 'readBytes'],
      absent: 'unknown',
    },
  ],
  uses: [processorCores],
  measure(node) {
    const cores = usableCores(node);
    if (cores === undefined) return unknown('This server does not tell how many cores it may use.');
    const hourMicroseconds = cores * hourMs * 1_000;
    const minutes = recentRows(node, node.rows(queryMinutes), hourMs);
    const all = work(minutes);
    const users = [...Map.groupBy(minutes, (row) => row.user ?? '')].map(
      ([user, rows]): Measured => {
        const { cpuMicroseconds, readBytes } = work(rows);
        return {
          subject: { user },
          values: {
            userShare: share(cpuMicroseconds, all.cpuMicroseconds),
            userOfNode: cpuMicroseconds / hourMicroseconds,
            cpuSeconds: Math.round(cpuMicroseconds / 1e6),
            userOfReads: share(readBytes, all.readBytes),
            readBytes,
          },
        };
      },
    );
    const shapes = sumShapes(recentRows(node, node.rows(queryShapes), hourMs)).map(
      ({ user, hash, shape, cpuMicroseconds, readBytes }): Measured => ({
        subject: { user, object: hash },
        values: {
          queryOfNode: cpuMicroseconds / hourMicroseconds,
          cpuSeconds: Math.round(cpuMicroseconds / 1e6),
          queryOfReads: share(readBytes, all.readBytes),
          readBytes,
          shape,
        },
      }),
    );
    return measured([...users, ...shapes]);
  },
  rules: [
    {
      severity: 'info',
      all: [{ value: 'queryOfNode', is: 'above', than: 0.3 }],
      source: 'guideline: 30 % of the processor time of an hour',
      message: ({ values }) =>
        `One query took ${percentText(Number(values.queryOfNode))} of the processor time of the last hour: ${values.shape}`,
    },
    {
      severity: 'info',
      all: [
        { value: 'userShare', is: 'above', than: 0.7 },
        { value: 'userOfNode', is: 'above', than: 0.3 },
      ],
      source:
        'ClickHouse/clickhouse-diagnostics: 70 % of what all queries took; 30 % of the node: guideline',
      message: ({ subject, values }) =>
        `The user ${subject.user} took ${percentText(Number(values.userShare))} of the processor time of all queries of the last hour, ${percentText(Number(values.userOfNode))} of what there is.`,
    },
    {
      severity: 'info',
      all: [
        { value: 'queryOfReads', is: 'above', than: 0.3 },
        { value: 'readBytes', is: 'above', than: muchBytes },
      ],
      source: 'guideline: 30 % of what all queries of an hour read, and more than 100 GiB',
      message: ({ values }) =>
        `One query read ${sizeText(Number(values.readBytes))} in the last hour, ${percentText(Number(values.queryOfReads))} of what all queries read: ${values.shape}`,
    },
    {
      severity: 'info',
      all: [
        { value: 'userOfReads', is: 'above', than: 0.7 },
        { value: 'readBytes', is: 'above', than: muchBytes },
      ],
      source:
        'ClickHouse/clickhouse-diagnostics: 70 % of what all queries took, here of the bytes; more than 100 GiB an hour: guideline',
      message: ({ subject, values }) =>
        `The user ${subject.user} read ${sizeText(Number(values.readBytes))} in the last hour, ${percentText(Number(values.userOfReads))} of what all queries read.`,
    },
  ],
  explanation:
    'What takes most of the processor or of the disks is the first place to look when everything is slow, and the best place to save.',
  causes: [
    'A dashboard or job that asks the same thing very often',
    'A query that no index helps',
    'A user without a quota',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT substring(replaceRegexpAll(query, '[0-9]+', '?'), 1, 200) AS shape, count() AS runs, sum(ProfileEvents.Values[indexOf(ProfileEvents.Names, 'OSCPUVirtualTimeMicroseconds')]) / 1e6 AS cpu_seconds, formatReadableSize(sum(read_bytes)) AS read FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND toInt8(type) = 2 AND user = ${sqlString(subject.user ?? '')} GROUP BY shape ORDER BY cpu_seconds DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows the dearest queries of this user. A quota bounds them; an index or a projection makes them cheaper.',
  }),
  proof: { kind: 'sql' },
};

const share = (part: number, all: number): number => (all === 0 ? 0 : part / all);

const work = (
  rows: readonly {
    readonly cpuMicroseconds: number | undefined;
    readonly readBytes: number | undefined;
  }[],
): { readonly cpuMicroseconds: number; readonly readBytes: number } => ({
  cpuMicroseconds: total(rows, (row) => row.cpuMicroseconds),
  readBytes: total(rows, (row) => row.readBytes),
});
