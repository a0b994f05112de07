import { z } from 'zod';
import { FleetNode } from './cluster.ts';
import { CostData } from './collecting-api.ts';
import { ReadingData, SeriesData } from './fleet-api.ts';

/** How a chart's numbers are shown. `threads`: microseconds of waiting in each second. */
export const ChartUnit = z.enum([
  'number',
  'count',
  'bytes',
  'seconds',
  'share',
  'per second',
  'bytes per second',
  'threads',
]);
export type ChartUnit = z.infer<typeof ChartUnit>;

/** A metric of each node over time; its values are those of `GET /clusters/{id}/series`. */
export const Chart = z.object({
  title: z.string(),
  /** `gauge:NAME` or `rate:NAME`. */
  metric: z.string(),
  unit: ChartUnit,
  /** What a value means, where the title does not say it. */
  about: z.string().optional(),
});
export type Chart = z.infer<typeof Chart>;

/** `GET /charts`, in the order in which people ask. */
export const ChartsData = z.object({
  groups: z.array(z.object({ name: z.string(), charts: z.array(Chart) })),
});

/** Rows that a page shows: `GET …/panels/{panel}`. */
export const PanelData = ReadingData.extend({
  title: z.string(),
  /** What it means that there are no rows where the table was read. */
  none: z.object({ healthy: z.boolean(), words: z.string() }),
  /** Nodes that were not asked, because there are too many. */
  unasked: z.int(),
});
export type PanelData = z.infer<typeof PanelData>;

/** `GET /clusters/{id}/nodes/{node}`: what is known of one node without asking it. */
export const NodeData = z.object({
  node: FleetNode,
  /** When the server started; null until it answered. */
  startedAt: z.string().nullable(),
  /** How far its clock is ahead of the collector's, in milliseconds, give or take. */
  clock: z.object({ skewMs: z.number(), uncertaintyMs: z.number() }).nullable(),
  lastSeenAt: z.string().nullable(),
  lastCollectedAt: z.string().nullable(),
  /** What TLS showed; null without it. */
  certificate: z.object({ subject: z.string(), expiresAt: z.string() }).nullable(),
  /** Servers that answered at this address in the last hour, where it is not always the same. */
  hosts: z.array(z.string()),
  cost: CostData.shape.nodes.element.nullable(),
});
export type NodeData = z.infer<typeof NodeData>;

/** `GET /clusters/{id}/table/size`: bytes on disk, going back from now by `system.part_log`. */
export const TableSizeData = SeriesData.omit({ metric: true });
export type TableSizeData = z.infer<typeof TableSizeData>;
