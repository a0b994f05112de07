import type { z } from 'zod';
import { compileWhere } from '../../../core/search/compile-where.ts';
import type { CompileData } from '../../../model/telemetry/search-api.ts';
import { type SearchInput, sourceOf } from './planned-search.ts';
import type { SearchContext } from './search-context.ts';

/** What a query means, or what is wrong with it: both are answers. */
export async function compileSearch(
  context: SearchContext,
  input: Pick<SearchInput, 'source' | 'where' | 'language'>,
): Promise<z.infer<typeof CompileData>> {
  const source = await sourceOf(context, input.source);
  const compiled = compileWhere({
    where: input.where,
    language: input.language,
    table: source.searchTable,
  });
  if (!compiled.ok)
    return { sql: '', params: {}, explanation: '', diagnostics: [...compiled.error] };
  const { sql, params, explanation, diagnostics } = compiled.value;
  return { sql, params: { ...params }, explanation, diagnostics: [...diagnostics] };
}
