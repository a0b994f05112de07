import { compileWhere } from '../../../core/search/compile-where.ts';
import { countStatement } from '../../../core/search/count-statement.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { CountedSearch, SearchCounts } from '../../../model/telemetry/counted-search.ts';
import type { Language } from '../../../model/telemetry/search-api.ts';
import { collectRows } from './collect-rows.ts';
import { planSearch } from './planned-search.ts';
import { createSearchContext, type SearchContext, type SearchOptions } from './search-context.ts';

export type CountSearch = (search: CountedSearch, signal: AbortSignal) => Promise<SearchCounts>;

/** Statements of rules that run at a time: searches of people come first. */
const parallel = 2;

/** Counts for rules, with a gate of their own. What fails is a RequestFailure. */
export function createCountSearch(options: SearchOptions): CountSearch {
  const context = createSearchContext({
    ...options,
    limits: { ...options.limits, statements: parallel },
  });
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
