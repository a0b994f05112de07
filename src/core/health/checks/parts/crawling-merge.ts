import { sqlString } from '../../../../base/sql-text.ts';
import { measured, type NodeCheck } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { merges } from '../../readings/merges.ts';
import type { RowOf } from '../../readings/reading-definition.ts';
import { durationText, percentText, sizeText } from '../../wording.ts';
import { tableSubject } from './table-subject.ts';

/** A merge that runs at a normal pace is no concern, however long a large one takes. */
const normalBytesPerSecond = 10 * 1024 * 1024;

/** Merges that hardly get on. */
export const crawlingMerge: NodeCheck = {
  id: 'crawling-merge',
  number: 48,
  title: 'A merge hardly gets on',
  group: 'parts',
  dimension: 'ingestion',
  scope: 'node',
  needs: [
    {
      reading: merges,
      columns: ['database', 'table', 'part', 'elapsedSeconds', 'progress', 'bytes', 'rowsRead'],
      absent: 'unknown',
    },
  ],
  measure: (node) =>
    measured(
      node.rows(merges).map((row) => ({
        subject: { ...tableSubject(row), object: row.part ?? '' },
        values: {
          elapsedSeconds: row.elapsedSeconds,
          progress: row.progress,
          bytesPerSecond: paceOf(row),
          stillSeconds: stillSeconds(node, row),
          bytes: row.bytes,
        },
      })),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'stillSeconds', is: 'at least', than: 600 }],
      source: 'guideline: no progress for ten minutes',
      message: ({ subject, values }) =>
        `The merge into ${subject.object} (${sizeText(Number(values.bytes))}) has stood at ${percentText(Number(values.progress))} for ${durationText(Number(values.stillSeconds))}.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'elapsedSeconds', is: 'above', than: 3_600 },
        { value: 'progress', is: 'below', than: 0.5 },
        { value: 'bytesPerSecond', is: 'below', than: normalBytesPerSecond },
      ],
      source:
        'ClickHouse/clickhouse-diagnostics: more than an hour and less than half done; below 10 MiB/s, for large merges take long: guideline',
      message: ({ subject, values }) =>
        `The merge into ${subject.object} (${sizeText(Number(values.bytes))}) has run for ${durationText(Number(values.elapsedSeconds))} and is at ${percentText(Number(values.progress))}: ${sizeText(Number(values.bytesPerSecond))} a second.`,
    },
  ],
  explanation:
    'A merge holds a thread and its parts for as long as it runs: others wait, and mutations of the table wait for it.',
  causes: [
    'A slow or overloaded disk',
    'Rows with very large values, or very many columns',
    'Not enough memory, so that caches are of no use',
  ],
  fix: ({ subject }) => ({
    sql: `SELECT result_part_name, elapsed, progress, num_parts, formatReadableSize(total_size_bytes_compressed) AS size, formatReadableSize(memory_usage) AS memory FROM system.merges WHERE database = ${sqlString(subject.database ?? '')} AND table = ${sqlString(subject.table ?? '')} ORDER BY elapsed DESC`,
    risk: 'safe',
    note: 'Shows the merges of the table. SYSTEM STOP MERGES on it would end them and lose what they have done: start them again afterwards.',
  }),
  proof: { kind: 'sql' },
};

type Merge = RowOf<typeof merges>;

const paceOf = ({ bytes, progress, elapsedSeconds }: Merge): number | undefined =>
  bytes === undefined || progress === undefined || !elapsedSeconds
    ? undefined
    : (bytes * progress) / elapsedSeconds;

/** For how long a merge has neither read a row nor moved; 0 where that is not known yet. */
function stillSeconds(node: NodeView, merge: Merge): number {
  const samples = [...node.history(merges)].reverse();
  const newestMs = samples[0]?.atMs ?? node.nowMs;
  let sinceMs = newestMs;
  for (const { atMs, rows } of samples) {
    const then = rows.find(
      (row) =>
        row.part === merge.part && row.table === merge.table && row.database === merge.database,
    );
    if (then?.progress !== merge.progress || then?.rowsRead !== merge.rowsRead) break;
    sinceMs = atMs;
  }
  return (newestMs - sinceMs) / 1_000;
}
