import { err, ok, type Result } from '../../base/result.ts';
import type { Diagnostic, Language } from '../../model/telemetry/search-api.ts';
import { parseLucene } from './lucene/parser.ts';
import { explainPredicate } from './render/explanation.ts';
import { renderWhere } from './render/where-sql.ts';
import { resolveLucene } from './resolve/resolve.ts';
import type { SearchTable } from './search-table.ts';
import { compileSqlWhere } from './sql-where.ts';

export type { SearchTable } from './search-table.ts';

/** A query, ready to stand in brackets after WHERE. */
export interface CompiledWhere {
  /**
   * One boolean expression, never NULL in Lucene; `1` when nothing was asked. In Lucene it holds
   * only fixed words, names of the table's columns and placeholders such as `{p0:String}`.
   */
  readonly sql: string;
  /** Values of the placeholders, as text: pass them as query parameters, which escape them. */
  readonly params: Readonly<Record<string, string>>;
  /** What the query asks, in English. */
  readonly explanation: string;
  /** Warnings and infos; errors are the failure of `compileWhere`. */
  readonly diagnostics: readonly Diagnostic[];
  /** The query excludes nothing. */
  readonly matchesAll: boolean;
}

/**
 * Compiles a search into an expression over a table's columns. The error is every diagnostic found,
 * at least one of them an error; positions are UTF-16 units of `where`, half-open. `paramPrefix`
 * (default `p`) starts the names of the placeholders.
 */
export function compileWhere(input: {
  readonly where: string;
  readonly language: Language;
  readonly table: SearchTable;
  readonly paramPrefix?: string;
}): Result<CompiledWhere, readonly Diagnostic[]> {
  const { where, language, table, paramPrefix = 'p' } = input;
  return language === 'sql'
    ? compileSqlWhere(where)
    : compileLuceneWhere(where, table, paramPrefix);
}

function compileLuceneWhere(
  where: string,
  table: SearchTable,
  paramPrefix: string,
): Result<CompiledWhere, readonly Diagnostic[]> {
  const parsed = parseLucene(where);
  if (hasError(parsed.diagnostics)) return err(inOrder(parsed.diagnostics));
  const resolved = resolveLucene(parsed.tree, where, table);
  const diagnostics = inOrder([...parsed.diagnostics, ...resolved.diagnostics]);
  if (hasError(diagnostics)) return err(diagnostics);
  const { predicate } = resolved;
  const { sql, params } = renderWhere(predicate, table, paramPrefix);
  return ok({
    sql,
    params,
    explanation: explainPredicate(predicate),
    diagnostics,
    matchesAll: predicate.kind === 'all',
  });
}

const hasError = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((each) => each.severity === 'error');

/** By place; where there are very many, errors first and not more than a page can show. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = diagnostics.toSorted((a, b) => a.start - b.start || a.end - b.end);
  if (sorted.length <= maxDiagnostics) return sorted;
  const errors = sorted.filter((each) => each.severity === 'error');
  const others = sorted.filter((each) => each.severity !== 'error');
  return [...errors, ...others].slice(0, maxDiagnostics);
}

const maxDiagnostics = 100;
