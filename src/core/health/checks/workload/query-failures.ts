import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { queryMinutes } from '../../readings/query-log.ts';
import { recentRows, total } from '../../readings/recent-rows.ts';
import { countText, percentText } from '../../wording.ts';
import { errorText, userFaultCodes } from './error-codes.ts';

/** Share of queries that fail through no fault of their own, and errors that come in numbers. */
export const queryFailures: NodeCheck = {
  id: 'query-failures',
  number: 76,
  title: 'Queries fail',
  group: 'workload',
  dimension: 'workload',
  scope: 'node',
  needs: [{ reading: queryMinutes, columns: ['minute', 'code', 'queries'], absent: 'unknown' }],
  measure(node) {
    const hour = recentRows(node, node.rows(queryMinutes), 3_600_000);
    const now = recentRows(node, hour, 600_000);
    const queries = total(now, (row) => row.queries);
    const isUserFault = (code: number | undefined) => userFaultCodes.has(code ?? 0);
    const share = (count: number) => (queries === 0 ? 0 : count / queries);
    const userFaults = total(
      now.filter((row) => isUserFault(row.code)),
      (row) => row.queries,
    );
    const failures = total(
      now.filter((row) => (row.code ?? 0) !== 0 && !isUserFault(row.code)),
      (row) => row.queries,
    );
    const whole: Measured = {
      subject: {},
      values: {
        queries,
        failures,
        failureShare: share(failures),
        userFaults,
        userFaultShare: share(userFaults),
      },
    };
    const byCode = new Map<number, number>();
    for (const { code = 0, queries: count = 0 } of hour)
      if (code !== 0 && !isUserFault(code)) byCode.set(code, (byCode.get(code) ?? 0) + count);
    const codes = [...byCode].map(
      ([code, perHour]): Measured => ({
        subject: { object: `code ${code}` },
        values: { code, perHour },
      }),
    );
    return measured([whole, ...codes]);
  },
  rules: [
    {
      severity: 'critical',
      all: [
        { value: 'failureShare', is: 'above', than: 0.2 },
        { value: 'failures', is: 'at least', than: 20 },
      ],
      source: 'guideline: 20 % of the queries of ten minutes, at least 20',
      message: failureText,
    },
    {
      severity: 'warning',
      all: [
        { value: 'failureShare', is: 'above', than: 0.05 },
        { value: 'failures', is: 'at least', than: 20 },
      ],
      source: 'ClickHouse/clickhouse-diagnostics: 5 % of queries; at least 20: guideline',
      message: failureText,
    },
    {
      severity: 'warning',
      all: [{ value: 'perHour', is: 'above', than: 50 }],
      source: 'ClickHouse/clickhouse-diagnostics: one error more than 50 times an hour',
      message: ({ values }) =>
        `${countText(Number(values.perHour), 'query', 'queries')} of the last hour failed with code ${errorText(Number(values.code))}.`,
    },
    {
      severity: 'info',
      all: [
        { value: 'userFaultShare', is: 'above', than: 0.2 },
        { value: 'userFaults', is: 'at least', than: 20 },
      ],
      source: 'guideline: a client that asks for what is not there',
      message: ({ values }) =>
        `${percentText(Number(values.userFaultShare))} of the queries of the last ten minutes were refused for faults of their own, such as syntax, unknown names or missing rights (${countText(Number(values.userFaults), 'query', 'queries')}).`,
    },
  ],
  explanation:
    'Each failed query is an answer that somebody did not get, or rows that were not stored. Faults of the query itself are counted apart.',
  causes: [
    'A limit of memory, time or number of queries: see the code',
    'Servers or Keeper that cannot be reached',
    'Disks that are full, or parts that are broken',
    'A new release of a client',
  ],
  fix: ({ values }) => ({
    sql: `SELECT ${codeOf} AS code, user, count() AS failures, any(substring(exception, 1, 200)) AS example FROM system.query_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND ${codeOf} ${values.code === undefined ? "!= ''" : `= '${Number(values.code)}'`} GROUP BY code, user ORDER BY failures DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows which queries fail, of whom, and why.',
  }),
  proof: { kind: 'fault' },
};

/** Servers before 20.9 have no column for it. */
const codeOf = "extract(exception, '^Code: ([0-9]+)')";

function failureText({ values }: Measured): string {
  return `${percentText(Number(values.failureShare))} of the queries of the last ten minutes failed (${values.failures} of ${values.queries}); ${values.userFaults} more were refused for faults of their own.`;
}
