import type { ReadingDefinition } from '../readings/reading-definition.ts';

/** What no rows mean where a table was read and has none. */
export interface NoRows {
  /** Nothing is there because nothing is wrong; else there is simply nothing of it. */
  readonly healthy: boolean;
  readonly words: string;
}

/** Rows that a page shows, and where they come from. */
export interface Panel {
  readonly title: string;
  readonly none: NoRows;
  readonly reading: ReadingDefinition;
  /**
   * `kept`: as the collector read it last, which costs the servers nothing. `all`: the nodes are
   * asked while somebody looks. `one`: one node is asked, for all of them say the same.
   */
  readonly asks: 'kept' | 'all' | 'one';
  /** Columns without which nothing is asked: the rows would be those of all tables. */
  readonly needs?: readonly string[];
}

/** A table of ClickHouse. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

export const healthy = (words: string): NoRows => ({ healthy: true, words });
export const nothing = (words: string): NoRows => ({ healthy: false, words });
