import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import { defaultSearchLimits, type SearchLimits } from './search-limits.ts';
import { createSourceCatalog, type SourceCatalog } from './search-source.ts';
import { StatementGate } from './statement-gate.ts';

/** What every kind of search needs of its surroundings. */
export interface SearchContext {
  readonly store: Store;
  readonly catalog: SourceCatalog;
  readonly gate: StatementGate;
  readonly limits: SearchLimits;
  readonly logger: Logger;
  readonly now: () => Date;
}

export interface SearchOptions {
  readonly store: Store;
  readonly logger: Logger;
  /** Default: `defaultSearchLimits`. */
  readonly limits?: Partial<SearchLimits>;
  /** Default: the clock of this machine. */
  readonly now?: () => Date;
}

/** Surroundings with a gate of their own: searches behind other gates do not wait for these. */
export function createSearchContext(options: SearchOptions): SearchContext {
  const { store, logger, now = () => new Date() } = options;
  const limits = { ...defaultSearchLimits, ...options.limits };
  const gate = new StatementGate(limits.statements, limits.waitingStatements);
  return { store, logger, now, limits, gate, catalog: createSourceCatalog(store, now) };
}

/** Limits that every statement of a search carries. */
export const statementLimits = (context: SearchContext, timeoutMs: number) => ({
  timeoutMs,
  memoryBytes: context.limits.memoryBytes,
  rowBytes: context.limits.answerBytes,
});
