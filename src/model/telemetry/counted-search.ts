import type { Language, Source } from './search-api.ts';

/** Which rows are counted, and in which slices of time. */
export interface CountedSearch {
  readonly source: Source;
  readonly where: string;
  readonly language: Language;
  /** Counts these rows too, and of `where` only those among them. */
  readonly among?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly sliceMs: number;
}

/** Rows by slice; slices without rows are left out. */
export interface SearchCounts {
  readonly found: ReadonlyMap<number, number>;
  readonly among: ReadonlyMap<number, number>;
  readonly rowsRead: number;
}
