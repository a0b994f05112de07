import { err, ok, type Result } from '../../base/result.ts';
import type { Diagnostic } from '../../model/telemetry/search-api.ts';
import type { CompiledWhere } from './compile-where.ts';
import { guardReadOnly } from './read-only-guard.ts';
import { searchLimits } from './search-table.ts';
import { isKeyword, lexSql, type SqlToken, significantTokens } from './sql-lexer.ts';

const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/**
 * Compiles a WHERE expression in SQL: checks that it is one expression that cannot leave the
 * brackets it is put in, and returns it as written on lines of its own. Whether its names and types
 * are right is for the server to say.
 */
export function compileSqlWhere(where: string): Result<CompiledWhere, readonly Diagnostic[]> {
  const fail = (message: string, { start, end }: { start: number; end: number }) =>
    err([{ severity: 'error', message, start, end } as const]);
  if (where.length > searchLimits.maxSqlLength)
    return fail(
      `the expression has ${where.length} characters; at most ${searchLimits.maxSqlLength} are taken`,
      { start: searchLimits.maxSqlLength, end: where.length },
    );
  const lexed = lexSql(where);
  if (!lexed.ok) return fail(lexed.error.message, lexed.error);
  const tokens = significantTokens(lexed.value);
  if (tokens.length === 0) return ok(compiled('1', 'everything', true));
  const problem = unbalanced(tokens) ?? leavesExpression(tokens);
  if (problem) return fail(problem.message, problem.token);
  // Subqueries and functions are held to what readers may use in a statement of their own.
  const reaching = guardReadOnly({ kind: 'read', verb: 'WHERE', sql: where, tokens });
  if (reaching) return fail(reaching.message, reaching);
  // A comment that runs to the end of its line ends before the closing bracket's line.
  return ok(compiled(`(\n${where}\n)`, `rows for which ${summary(where)} is true`, false));
}

const compiled = (sql: string, explanation: string, matchesAll: boolean): CompiledWhere => ({
  sql,
  params: {},
  explanation,
  diagnostics: [],
  matchesAll,
});

interface Problem {
  readonly message: string;
  readonly token: SqlToken;
}

function unbalanced(tokens: readonly SqlToken[]): Problem | undefined {
  const open: SqlToken[] = [];
  for (const token of tokens) {
    if (token.kind !== 'punctuation') continue;
    if (closers[token.text]) {
      open.push(token);
      if (open.length > searchLimits.maxDepth)
        return { message: `brackets are nested more than ${searchLimits.maxDepth} deep`, token };
    } else if (token.text === ')' || token.text === ']' || token.text === '}') {
      const opener = open.pop();
      if (!opener) return { message: `this ${token.text} closes nothing`, token };
      if (closers[opener.text] !== token.text)
        return {
          message: `this ${token.text} does not fit the ${opener.text} that is open`,
          token,
        };
    }
  }
  const token = open.at(-1);
  return token && { message: `this ${token.text} is never closed`, token };
}

/** What is not part of one expression, or leads out of it. */
function leavesExpression(tokens: readonly SqlToken[]): Problem | undefined {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token.kind === 'punctuation') {
      if (closers[token.text]) depth++;
      else if (token.text === ')' || token.text === ']' || token.text === '}') depth--;
    }
    const message = objection(token, next, tokens[index - 1], depth);
    if (message !== undefined) return { message, token };
  }
  return undefined;
}

function objection(
  token: SqlToken,
  next: SqlToken | undefined,
  previous: SqlToken | undefined,
  depth: number,
): string | undefined {
  if (token.text === ';' && token.kind === 'punctuation')
    return 'write one expression: ; is not part of it';
  if (token.kind === 'parameter')
    return 'parameters such as {name:Type} cannot be used here: write the value';
  const name = token.text.toUpperCase();
  if (depth === 0 && isKeyword(token, ...notInExpression) && !isCalledOrCompared(next, previous))
    return `write the expression that would stand after WHERE: ${name} is not part of it`;
  if (isKeyword(token, 'SETTINGS', 'FORMAT') && next?.kind === 'word' && !isOperator(next))
    return `${name} cannot be given here`;
  if (isKeyword(token, 'INTO') && isKeyword(next, 'OUTFILE')) return 'INTO OUTFILE is not allowed';
  return undefined;
}

const notInExpression = [
  'SELECT', 'FROM', 'WHERE', 'PREWHERE', 'HAVING', 'GROUP', 'ORDER', 'LIMIT', 'OFFSET', 'UNION',
  'INTERSECT', 'EXCEPT', 'JOIN', 'SETTINGS', 'FORMAT', 'WINDOW', 'QUALIFY', 'WITH',
]; // biome-ignore format: a table

/** `format(…)`, `limit = 5`, `t.offset`: a function or a column of that name. */
const isCalledOrCompared = (next: SqlToken | undefined, previous: SqlToken | undefined): boolean =>
  previous?.text === '.' || (next?.kind === 'punctuation' && next.text !== '*');

const isOperator = (token: SqlToken): boolean =>
  isKeyword(token, 'AND', 'OR', 'NOT', 'IN', 'LIKE', 'ILIKE', 'IS', 'BETWEEN', 'GLOBAL', 'AS');

const summary = (where: string): string => {
  const line = where.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};
