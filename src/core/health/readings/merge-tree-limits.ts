import type { NodeView } from '../node-view.ts';

/** Bounds of a table by which the server slows down inserts, and refuses them. */
export interface InsertLimits {
  /** Parts of a partition from which each insert waits. */
  readonly delay: number;
  /** Parts of a partition from which inserts are refused (code 252). */
  readonly refuse: number;
  /** Parts of a larger mean size than this never count; 0 where the server has no such rule. */
  readonly largeBytes: number;
}

/** A table's own settings, else the server's, else what ClickHouse of this version takes. */
export function insertLimits(node: NodeView, database: string, table: string): InsertLimits {
  const setting = (name: string): number | undefined =>
    node.mergeTreeSetting(database, table, name);
  const raised = atLeast(node.node.version, 23, 6);
  return {
    delay: setting('parts_to_delay_insert') ?? (raised ? 1_000 : 150),
    refuse: setting('parts_to_throw_insert') ?? (raised ? 3_000 : 300),
    largeBytes: setting('max_avg_part_size_for_too_many_parts') ?? 0,
  };
}

/** Whether a version such as `23.8.2.7` is at least the one that is named. */
export function atLeast(version: string, major: number, minor: number): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split('.').map(Number);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}

/** Size that merges grow parts to where nothing else is set. */
export const usualMergeCapBytes = 150 * 1024 ** 3;
