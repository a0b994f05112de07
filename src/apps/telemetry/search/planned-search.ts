import type { CompiledWhere } from '../../../core/search/compile-where.ts';
import { compileWhere } from '../../../core/search/compile-where.ts';
import { planRange, type TimeRange } from '../../../core/search/instants.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { Diagnostic, Language, Source } from '../../../model/telemetry/search-api.ts';
import type { SearchContext } from './search-context.ts';
import type { SearchSource } from './search-source.ts';
import { classifyStoreFailure } from './store-failure.ts';

/** The part of a body that says what is searched. */
export interface SearchInput {
  readonly source: Source;
  readonly where: string;
  readonly language: Language;
  readonly from?: string | number | undefined;
  readonly to?: string | number | undefined;
}

/** A search whose text compiled: it may run. */
export interface PlannedSearch {
  readonly input: SearchInput;
  readonly source: SearchSource;
  readonly filter: CompiledWhere;
  readonly warnings: readonly Diagnostic[];
}

/** Throws `invalid_query` with the position of the first error. */
export async function planSearch(
  context: SearchContext,
  input: SearchInput,
): Promise<PlannedSearch> {
  const source = await sourceOf(context, input.source);
  const compiled = compileWhere({
    where: input.where,
    language: input.language,
    table: source.searchTable,
  });
  if (!compiled.ok) throw invalidQuery(compiled.error);
  return {
    input,
    source,
    filter: compiled.value,
    warnings: compiled.value.diagnostics.filter(({ severity }) => severity !== 'error'),
  };
}

export async function sourceOf(context: SearchContext, source: Source): Promise<SearchSource> {
  const found = await context.catalog(source).catch((cause: unknown) => {
    throw classifyStoreFailure(cause);
  });
  if (found.table.columns.length === 0)
    throw new RequestFailure(
      'store_unavailable',
      `The store has no table ${found.table.name} in database ${found.table.database} yet.`,
      { hint: 'It is made when Castellan starts; GET /ready says what it waits for.' },
    );
  return found;
}

function invalidQuery(diagnostics: readonly Diagnostic[]): RequestFailure {
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  return new RequestFailure('invalid_query', first?.message ?? 'The query cannot be understood.', {
    ...(first ? { position: { start: first.start, end: first.end } } : {}),
    details: { diagnostics },
  });
}

/** Throws `invalid_request` that names the field. */
export function rangeOf(
  context: SearchContext,
  input: Pick<SearchInput, 'from' | 'to'>,
): TimeRange {
  const range = planRange(input, nowNs(context));
  if (!range.ok)
    throw new RequestFailure('invalid_request', range.error.message, {
      details: { field: range.error.field },
    });
  return range.value;
}

const nowNs = (context: SearchContext): bigint => BigInt(context.now().getTime()) * 1_000_000n;
