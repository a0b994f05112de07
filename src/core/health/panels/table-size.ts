import { sqlString } from '../../../base/sql-text.ts';
import type { SeriesGap } from '../../../model/fleet/fleet-api.ts';
import type { Reading } from '../../../model/fleet/reading.ts';
import { computed, defineReading, number } from '../readings/reading-definition.ts';
import type { TableName } from './panel.ts';

/** Steps of a table's history at most, and how far apart they are at least. */
const mostSteps = 200;
const leastStepSeconds = 300;

/** NewPart, MergeParts, DownloadPart, MutatePart: by number, for older servers write them otherwise. */
const gained = [1, 2, 3, 5];
/** RemovePart. */
const removed = 4;

export interface SizeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export const sizeStepSeconds = ({ fromMs, toMs }: SizeWindow): number => {
  const wanted = Math.ceil((toMs - fromMs) / 1_000 / mostSteps);
  return Math.ceil(Math.max(wanted, leastStepSeconds) / leastStepSeconds) * leastStepSeconds;
};

/**
 * By how much a table's parts grew in each step, by `system.part_log`: parts that were written,
 * merged, fetched and mutated, less those that were removed. A part that was merged away counts until
 * it is removed, some minutes later. All up to now is read, for the present size is where the way
 * back begins.
 */
export function tableGrowth({ database, table }: TableName, window: SizeWindow) {
  const step = sizeStepSeconds(window);
  const stepAt = `intDiv(toUnixTimestamp(event_time), ${step}) * ${step}`;
  const since = `toDateTime(${Math.floor(window.fromMs / 1_000)})`;
  const grown = (column: string) =>
    `sum(if(toInt8(event_type) = ${removed}, -1, 1) * toInt64(${column}))`;
  return defineReading({
    name: 'panel_growth',
    tier: 'parts',
    table: 'part_log',
    columns: {
      stepAt: computed('number', {
        needs: ['event_time', 'database', 'table', 'event_type'],
        sql: stepAt,
      }),
      bytes: number('size_in_bytes', grown('size_in_bytes')),
      rows: number('rows', grown('rows')),
    },
    where: [
      { needs: ['event_date'], sql: `event_date >= toDate(${since})` },
      { needs: ['event_time'], sql: `event_time >= ${since}` },
      {
        needs: ['database', 'table'],
        sql: `database = ${sqlString(database)} AND table = ${sqlString(table)}`,
      },
      {
        needs: ['event_type'],
        sql: `toInt8(event_type) IN (${[...gained, removed]})`,
      },
      { needs: ['error'], sql: 'error = 0' },
    ],
    groupBy: ['stepAt'],
    orderBy: [{ needs: ['event_time'], sql: stepAt }],
    limit: 20_000,
    rotates: true,
    absent:
      'It is written where `part_log` is configured: <part_log/> in config.d, which newer servers have by default.',
  });
}

/** Since when, within the window, the log of parts says anything, of whichever table. */
export function partLogStart(window: SizeWindow) {
  const since = `toDateTime(${Math.floor(window.fromMs / 1_000)})`;
  return defineReading({
    name: 'panel_log_start',
    tier: 'parts',
    table: 'part_log',
    columns: {
      startedAt: computed('number', {
        needs: ['event_time'],
        sql: 'toUnixTimestamp(min(event_time))',
      }),
      entries: computed('number', { needs: [], sql: 'count()' }),
    },
    where: [
      { needs: ['event_date'], sql: `event_date >= toDate(${since})` },
      { needs: ['event_time'], sql: `event_time >= ${since}` },
    ],
  });
}

/** What a table's parts take on disk now. */
export const tableSize = ({ database, table }: TableName) =>
  defineReading({
    name: 'panel_size',
    tier: 'parts',
    table: 'parts',
    columns: {
      bytes: computed('number', {
        needs: ['bytes_on_disk', 'database', 'table'],
        sql: 'sum(bytes_on_disk)',
      }),
    },
    where: [
      {
        needs: ['database', 'table'],
        sql: `database = ${sqlString(database)} AND table = ${sqlString(table)}`,
      },
    ],
  });

/** What one node said of a table's growth and of its size. */
export interface SizeAnswer {
  readonly node: string;
  readonly growth: Reading | undefined;
  readonly size: Reading | undefined;
  readonly logStart: Reading | undefined;
}

export interface SizeSeries {
  readonly series: { node: string; points: [number, number | null][] }[];
  readonly sql?: string;
  readonly gap?: SeriesGap;
}

/** A line for each node that has the table and tells how it grew; else why there is none. */
export function sizeSeries(
  answers: readonly SizeAnswer[],
  window: SizeWindow,
  nowMs: number,
): SizeSeries {
  const series = answers.flatMap(({ node, growth, size, logStart }) => {
    const bytes = size?.rows[0]?.bytes;
    if (!growth || growth.gap || growth.truncated) return [];
    if (typeof bytes !== 'number' || bytes === 0) return [];
    const { startedAt, entries } = logStart?.rows[0] ?? {};
    // What was before the log is not known: a flat line would be made up.
    const knownFromMs = typeof startedAt === 'number' && entries !== 0 ? startedAt * 1_000 : nowMs;
    return [
      { node, points: sizeHistory(bytes, stepsOf(growth), { ...window, knownFromMs }, nowMs) },
    ];
  });
  const sql = answers.map(({ growth }) => growth?.sql ?? '').find((text) => text !== '');
  const statement = sql === undefined ? {} : { sql };
  return series.length > 0
    ? { series, ...statement }
    : { series, ...statement, gap: whyNoSize(answers) };
}

const stepsOf = ({ rows }: Reading): Growth[] =>
  rows.flatMap(({ stepAt, bytes }) =>
    typeof stepAt === 'number' && typeof bytes === 'number'
      ? [{ atMs: stepAt * 1_000, bytes }]
      : [],
  );

function whyNoSize(answers: readonly SizeAnswer[]): SeriesGap {
  const gaps = answers.flatMap(({ growth, size }) => growth?.gap ?? size?.gap ?? []);
  const gap = gaps.find(({ reason }) => reason === 'grant') ?? gaps[0];
  if (gap === undefined)
    return { reason: 'none', detail: 'The table stores nothing on disk, or changed too often.' };
  const { detail, grant } = gap;
  if (grant !== undefined) return { reason: 'grant', detail, grant };
  if (gap.reason === 'error') return { reason: 'failed', detail };
  return { reason: gap.reason === 'pending' ? 'pending' : 'absent', detail };
}

interface Growth {
  readonly atMs: number;
  readonly bytes: number;
}

/** The way back from the size now, step by step; oldest first, within what is known of the window. */
function sizeHistory(
  sizeNow: number,
  growth: readonly Growth[],
  window: SizeWindow & { readonly knownFromMs: number },
  nowMs: number,
): [number, number][] {
  const stepMs = sizeStepSeconds(window) * 1_000;
  const fromMs = Math.max(window.fromMs, window.knownFromMs);
  const byStep = new Map(growth.map(({ atMs, bytes }) => [atMs, bytes]));
  const points: [number, number][] = [];
  let size = sizeNow;
  for (let at = Math.floor(nowMs / stepMs) * stepMs; at >= fromMs - stepMs; at -= stepMs) {
    // What stands at a step's end, for the step's own growth is in it.
    const end = Math.min(at + stepMs, nowMs);
    if (end >= fromMs && end < window.toMs) points.push([end, Math.max(0, size)]);
    size -= byStep.get(at) ?? 0;
  }
  // Nothing was logged between the beginning of its step and that of the log.
  const beginsWithin = window.knownFromMs > window.fromMs && window.knownFromMs < window.toMs;
  if (beginsWithin && points.at(-1)?.[0] !== fromMs) points.push([fromMs, Math.max(0, size)]);
  return points.reverse();
}
