import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { Logger } from '../../../base/log.ts';
import { compileWhere } from '../../../core/search/compile-where.ts';
import { countStatement } from '../../../core/search/count-statement.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Language, Source } from '../../../model/telemetry/search-api.ts';
import { collectRows } from './collect-rows.ts';
import { planSearch } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';
import { defaultSearchLimits, type SearchLimits } from './search-limits.ts';
import { createSourceCatalog } from './search-source.ts';
import { StatementGate } from './statement-gate.ts';

/** Which rows are counted, and in which slices of time. */
interface CountedSearch {
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
interface SearchCounts {
  readonly found: ReadonlyMap<number, number>;
  readonly among: ReadonlyMap<number, number>;
  readonly rowsRead: number;
}

export type CountSearch = (search: CountedSearch, signal: AbortSignal) => Promise<SearchCounts>;

/** Statements of rules that run at a time: searches of people come first. */
const parallel = 2;

/** Counts for rules, with a gate of their own. What fails is a RequestFailure. */
export function createCountSearch(options: {
  readonly store: Store;
  readonly logger: Logger;
  readonly limits?: Partial<SearchLimits>;
}): CountSearch {
  const now = () => new Date();
  const limits = { ...defaultSearchLimits, ...options.limits };
  const context: SearchContext = {
    store: options.store,
    logger: options.logger,
    now,
    limits,
    gate: new StatementGate(parallel, limits.waitingStatements),
    catalog: createSourceCatalog(options.store, now),
  };
  return (search, signal) => countSearch(context, search, signal);
}

async function countSearch(
  context: SearchContext,
  search: CountedSearch,
  signal: AbortSignal,
): Promise<SearchCounts> {
  const { source, where, language, among, fromMs, toMs, sliceMs } = search;
  const planned = await planSearch(context, { source, where, language });
  const base = among === undefined ? undefined : compileAmong(among, language, planned.source);
  const range = { fromNs: BigInt(fromMs) * 1_000_000n, toNs: BigInt(toMs) * 1_000_000n };
  const slices = { fromMs, sliceMs };
  const query = countStatement(planned.source.table, planned.filter, base, range, slices);
  const params = { ...planned.filter.params, ...base?.params };
  const { rows, rowsRead } = await collectRows(context, { query, params, where }, signal);
  return {
    found: new Map(rows.map(([slice, found]) => [Number(slice), Number(found)])),
    among: new Map(rows.map(([slice, , all]) => [Number(slice), Number(all)])),
    rowsRead,
  };
}

function compileAmong(
  where: string,
  language: Language,
  source: Awaited<ReturnType<typeof planSearch>>['source'],
) {
  const compiled = compileWhere({
    where,
    language,
    table: source.searchTable,
    paramPrefix: 'among',
  });
  if (compiled.ok) return compiled.value;
  const first = compiled.error.find(({ severity }) => severity === 'error');
  throw new RequestFailure('invalid_query', `among: ${first?.message ?? 'cannot be understood'}`, {
    details: { diagnostics: compiled.error },
  });
}
