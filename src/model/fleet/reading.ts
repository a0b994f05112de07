/** A cell as a check sees it. */
export type Cell = string | number | boolean | readonly string[] | null;
export type ReadingRow = Readonly<Record<string, Cell | undefined>>;

/** Why a reading has no rows. */
export interface ReadingGap {
  /**
   * `table`: this server has no such table. `column`: it has none of the columns. `grant`: the user
   * may not read it. `setting`: the server has it turned off. `error`: reading failed. `pending`:
   * not read yet.
   */
  readonly reason: 'table' | 'column' | 'grant' | 'setting' | 'error' | 'pending';
  readonly detail: string;
  /** The statement that would give the missing right. */
  readonly grant?: string;
}

/** What one node said to one question. Times are the collector's clock. */
export interface Reading {
  readonly name: string;
  readonly atMs: number;
  readonly rows: readonly ReadingRow[];
  /** Columns that this server does not have; their cells are absent. */
  readonly missingColumns: readonly string[];
  /** The limit of rows was reached: there are more. */
  readonly truncated: boolean;
  readonly gap?: ReadingGap;
  /** The statement that was asked, for "Show SQL". */
  readonly sql: string;
}

/** The numbers of one node at one moment. */
export interface VitalsSample {
  readonly atMs: number;
  /** When the server started, by its own uptime. A jump means a restart: counters began anew. */
  readonly startedMs: number;
  readonly hostName: string;
  readonly version: string;
  /**
   * How far the server's clock is ahead of the collector's, by the middle of the request; the true
   * value lies within `uncertaintyMs` of it. Absent where the server did not tell its time.
   */
  readonly clock?: { readonly skewMs: number; readonly uncertaintyMs: number };
  /** `system.metrics` and `system.asynchronous_metrics` by name. */
  readonly gauges: ReadonlyMap<string, number>;
  /** `system.events` by name: totals since the start. */
  readonly counters: ReadonlyMap<string, number>;
}
