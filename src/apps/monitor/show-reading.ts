import type { z } from 'zod';
import { readings } from '../../core/health/index.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import type { ReadingData, ReadingsData } from '../../model/fleet/fleet-api.ts';
import type { Reading } from '../../model/fleet/reading.ts';
import type { ClusterWatch } from './collect/cluster-watch.ts';
import type { NodeWatch } from './collect/node-watch.ts';

const newest = (watch: NodeWatch, name: string): Reading | undefined =>
  watch.memory.readings.get(name)?.at(-1);

const iso = (ms: number): string => new Date(ms).toISOString();

/** Every reading with how much there is of it. */
export function showReadings(watch: ClusterWatch): z.infer<typeof ReadingsData> {
  return {
    readings: [...readings.values()].map(({ name, table, tier }) => {
      const known = watch.watches().flatMap((each) => newest(each, name) ?? []);
      const atMs = Math.max(...known.map((each) => each.atMs));
      return {
        name,
        table,
        tier,
        rows: known.reduce((sum, each) => sum + each.rows.length, 0),
        gaps: watch.watches().length - known.filter((each) => !each.gap).length,
        at: known.length > 0 ? iso(atMs) : null,
      };
    }),
  };
}

/** The newest rows of one reading. Throws a RequestFailure for one that there is not. */
export function showReading(watch: ClusterWatch, name: string): z.infer<typeof ReadingData> {
  if (!readings.has(name))
    throw new RequestFailure('not_found', `there is no reading "${name}"`, {
      hint: 'GET /api/v1/clusters/{id}/readings lists them.',
    });
  return {
    name,
    nodes: watch.watches().map((each) => showNodeReading(each, newest(each, name))),
  };
}

/** What one node said to one reading; it may not have been asked yet. */
export function showNodeReading(
  watch: NodeWatch,
  reading: Reading | undefined,
): z.infer<typeof ReadingData>['nodes'][number] {
  const node = watch.node.id;
  if (!reading) {
    const detail = watch.node.problem ?? 'It was not read yet.';
    const gap = { reason: watch.node.online ? 'pending' : 'error', detail };
    return { node, at: null, rows: [], truncated: false, sql: '', gap };
  }
  return {
    node,
    at: iso(reading.atMs),
    rows: reading.rows.map((row) => ({ ...row })),
    truncated: reading.truncated,
    sql: reading.sql,
    ...(reading.gap ? { gap: reading.gap } : {}),
  };
}
