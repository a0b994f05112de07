import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import type { SearchLimits } from './search-limits.ts';
import type { SourceCatalog } from './search-source.ts';
import type { StatementGate } from './statement-gate.ts';

/** What every kind of search needs of its surroundings. */
export interface SearchContext {
  readonly store: Store;
  readonly catalog: SourceCatalog;
  readonly gate: StatementGate;
  readonly limits: SearchLimits;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Limits that every statement of a search carries. */
export const statementLimits = (context: SearchContext, timeoutMs: number) => ({
  timeoutMs,
  memoryBytes: context.limits.memoryBytes,
  rowBytes: context.limits.answerBytes,
});
