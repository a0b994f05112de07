import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { mergeFailures as failures } from '../../readings/part-log.ts';
import { recentRows } from '../../readings/recent-rows.ts';
import { countText } from '../../wording.ts';

const windowMs = 3_600_000;

const meanings: Readonly<Record<number, string>> = {
  40: 'a part is corrupt',
  228: 'a file has another size than it should',
  241: 'memory ran out',
  243: 'there is not enough disk space',
  246: 'data is corrupt',
  999: 'Keeper failed',
};

/** Merges and mutations of parts that fail, by table and error. */
export const mergeFailures: NodeCheck = {
  id: 'merge-failures',
  number: 47,
  title: 'Merges fail',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: failures,
      columns: ['minute', 'database', 'table', 'part', 'code', 'failures'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const found = new Map<string, FailedMerges>();
    for (const row of recentRows(node, node.rows(failures), windowMs)) {
      const { database = '', table = '', part = '', code = 0 } = row;
      const key = JSON.stringify([database, table, code]);
      const known = found.get(key) ?? { database, table, code, byPart: new Map(), exception: '' };
      known.byPart.set(part, (known.byPart.get(part) ?? 0) + (row.failures ?? 0));
      known.exception = row.exception ?? known.exception;
      found.set(key, known);
    }
    return measured([...found.values()].map(itemOf));
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'samePart', is: 'at least', than: 3 }],
      source: 'guideline: the same part three times within an hour',
      message: (item) =>
        `The merge into ${item.values.part} failed ${item.values.samePart} times within an hour: ${meaning(item)}.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'failures', is: 'above', than: 50 }],
      source: 'ClickHouse/clickhouse-diagnostics: more than 50 an hour with one code',
      message: (item) =>
        `${countText(Number(item.values.failures), 'merge')} failed within an hour: ${meaning(item)}.`,
    },
  ],
  explanation:
    'A merge that fails is tried again and again: it costs what a merge costs, and its parts stay. A part that cannot be merged is often one that cannot be read.',
  causes: [
    'Code 241: a merge of wide rows needs more memory than there is',
    'Code 243: too little free disk space',
    'Codes 40, 228, 246: a broken part; fetch it from another replica, or from a backup',
  ],
  fix: ({ subject, values }) => ({
    sql: `SELECT event_time, part_name, error, substring(exception, 1, 300) AS exception FROM system.part_log WHERE event_date >= today() - 1 AND event_time > now() - 3600 AND error = ${Number(values.code) || 0} AND database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} ORDER BY event_time DESC LIMIT 20`,
    risk: 'safe',
    note: 'Shows the newest failures with what the server said.',
  }),
  proof: { kind: 'fault' },
};

interface FailedMerges {
  readonly database: string;
  readonly table: string;
  readonly code: number;
  readonly byPart: Map<string, number>;
  exception: string;
}

function itemOf({ database, table, code, byPart, exception }: FailedMerges): Measured {
  const [worst = ['', 0] as const] = [...byPart].sort((a, b) => b[1] - a[1]);
  const all = [...byPart.values()].reduce((sum, each) => sum + each, 0);
  return {
    subject: { database, table, object: `code ${code}` },
    values: { failures: all, samePart: worst[1], part: worst[0], code, exception },
  };
}

const meaning = ({ values }: Measured): string => {
  const known = meanings[Number(values.code)];
  return known === undefined ? `code ${values.code}` : `${known} (code ${values.code})`;
};
