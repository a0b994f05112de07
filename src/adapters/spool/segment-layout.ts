import { join } from 'node:path';
import { type SpooledTable, spooledTables } from '../../model/telemetry/spooled-tables.ts';

/** Names inside the spool: `<spool>/<signal>/<segment id>/{journal, <table>.native, piece-…}`. */
export const journalName = 'journal';
export const dataName = (table: SpooledTable): string => `${table}.native`;
export const journalPath = (folder: string): string => join(folder, journalName);
export const dataPath = (folder: string, table: SpooledTable): string =>
  join(folder, dataName(table));
export const piecePath = (folder: string, table: SpooledTable, lo: number, hi: number): string =>
  join(folder, `piece-${table}-${lo}-${hi}.native`);
export const isPiece = (name: string): boolean => /^piece-[a-z_]+-\d+-\d+\.native$/.test(name);
/** Why the folder is, or was, a dead letter. */
export const reasonName = 'reason.json';

const tableOfName = new Map(
  (Object.keys(spooledTables) as SpooledTable[]).map((table) => [dataName(table), table]),
);
/** The table whose data a file holds, by its name. */
export const tableOf = (name: string): SpooledTable | undefined => tableOfName.get(name);

/** Ids sort by age: milliseconds in base 36, a counter, and random digits. */
export const segmentId = (nowMs: number, counter: number, random: string): string =>
  `${nowMs.toString(36).padStart(9, '0')}-${counter.toString(36).padStart(4, '0')}-${random}`;
export const isSegmentId = (name: string): boolean => /^[0-9a-z][0-9a-z_-]{3,240}$/.test(name);
/** When a segment was opened, in milliseconds. */
export const ageOfId = (id: string): number => Number.parseInt(id.slice(0, 9), 36) || 0;
/** Dead letters are named by their deduplication token: segment, table, and parts. */
export const isDeadLetterId = (id: string): boolean =>
  Object.keys(spooledTables).some((table) => id.includes(`-${table}`));
