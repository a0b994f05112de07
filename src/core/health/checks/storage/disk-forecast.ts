import { measured, type NodeCheck, type Rule, unknown } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { diskHistory } from '../../readings/disks.ts';
import { durationText, sizeText } from '../../wording.ts';
import { largestTables } from './largest-tables.ts';

const daySeconds = 86_400;
const longSeconds = 3_650 * daySeconds;
/** Over which time a disk is watched at least: merges make its free space go up and down. */
const watchMs = 3_600_000;

const rule = (severity: Rule['severity'], days: number): Rule => ({
  severity,
  all: [{ value: 'secondsLeft', is: 'below', than: days * daySeconds }],
  holdMs: 1_800_000,
  source: 'guideline: full in less than 7 and 2 days',
  message: ({ subject, values }) =>
    `The disk ${subject.disk} fills by ${sizeText(Number(values.bytesPerDay))} a day: it is full in ${durationText(Number(values.secondsLeft))}.`,
});

/** When a disk will be full, at the pace of the last hours. */
export const diskForecast: NodeCheck = {
  id: 'disk-forecast',
  number: 59,
  title: 'A disk will soon be full',
  group: 'storage',
  dimension: 'resources',
  scope: 'node',
  needs: [
    { reading: diskHistory, columns: ['disk', 'freeBytes', 'totalBytes'], absent: 'unknown' },
  ],
  measure(node) {
    const samples = node.history(diskHistory);
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last || last.atMs - first.atMs < watchMs)
      return unknown('The disks have been watched for less than an hour.');
    return measured(
      node.rows(diskHistory).map((row) => {
        const perSecond = fillingPerSecond(node, row.disk);
        const secondsLeft =
          perSecond > 0 && row.freeBytes !== undefined
            ? Math.min(longSeconds, row.freeBytes / perSecond)
            : longSeconds;
        return {
          subject: { disk: row.disk ?? '' },
          values: {
            secondsLeft,
            bytesPerDay: perSecond * daySeconds,
            freeBytes: row.freeBytes,
            totalBytes: row.totalBytes,
          },
        };
      }),
    );
  },
  rules: [rule('critical', 2), rule('warning', 7)],
  explanation:
    'There is still time to delete, to move or to add space, before inserts and merges fail.',
  causes: [
    'More data than usual',
    'Data that nobody deletes: no TTL',
    'A load of old data, which ends by itself',
  ],
  fix: ({ subject }) => largestTables(subject.disk),
  proof: { kind: 'fault' },
};

/** The median of the slopes between all pairs of samples: one large merge does not bend it. */
function fillingPerSecond(node: NodeView, disk: string | undefined): number {
  const points = node.history(diskHistory).flatMap(({ atMs, rows }) => {
    const row = rows.find((each) => each.disk === disk);
    return row?.freeBytes === undefined ? [] : [{ atMs, freeBytes: row.freeBytes }];
  });
  const slopes: number[] = [];
  for (const [place, a] of points.entries())
    for (const b of points.slice(place + 1))
      slopes.push(((a.freeBytes - b.freeBytes) / (b.atMs - a.atMs)) * 1_000);
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
