import { isKeyword, type SqlToken } from './sql-lexer.ts';
import type { GuardError, Statement } from './statement-guard.ts';

/**
 * Functions that reach beyond the tables although `readonly=1` lets them pass (seen on the engine,
 * 26.7): `file` reads any file as a scalar, `catboostEvaluate` loads a library, the others talk to
 * the host's resolver or to other hosts.
 */
const reachingFunctions = new Set([
  'file',
  'catboostevaluate',
  'reversednsquery',
  'showcertificate',
  'aiclassify',
  'aiembed',
  'aiextract',
  'aigenerate',
  'aitranslate',
]);

/** Table functions that only make rows or read tables of this store. All others are refused. */
export const harmlessTableFunctions: ReadonlySet<string> = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'primes',
  'values',
  'sqlstandardvalues',
  'generateseries',
  'generate_series',
  'generaterandom',
  'null',
  'view',
  'merge',
]);

/** Where a table function can stand: after these words, and after a comma behind them. */
const tablePlaces = ['FROM', 'JOIN', 'TABLE', 'DESCRIBE', 'DESC'];
const otherClauses = 'SELECT WITH WHERE PREWHERE HAVING QUALIFY BY WINDOW LIMIT SETTINGS'.split(
  ' ',
);

/**
 * What `readonly=1` on the engine's side does not prevent: statements that are no query (KILL,
 * SET), functions that read files, table functions (DESCRIBE of one reads the file), and the
 * database `default`, whose tables are files. For text from people who may only read.
 * `identifiers` are the values of parameters of type Identifier, which stand for names.
 */
export function guardReadOnly(
  statement: Statement,
  identifiers: ReadonlyMap<string, string> = new Map(),
): GuardError | undefined {
  if (statement.kind !== 'read')
    return refuse(statement.tokens[0], `${statement.verb} is not available: this is read-only`);
  const { tokens } = statement;
  const clauses = new ClauseReader();
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const opens = tokens[index + 1]?.text === '(';
    const tableExpected = clauses.next(token, before, tokens[index - 2]);
    const name = nameOf(token, identifiers);
    if (name === undefined) continue;
    const folded = name.toLowerCase();
    if (reachingFunctions.has(folded) && before?.text !== '.')
      return refuse(
        token,
        `the function ${name} is not available to readers; a column of that name can be written with its table before it, t.${name}`,
      );
    if (folded === 'default' && tokens[index + 1]?.text === '.')
      return refuse(token, 'the database "default" is not available: its tables are files');
    if (opens && tableExpected && !harmlessTableFunctions.has(folded))
      return refuse(token, `the table function ${name} is not available to readers`);
  }
  return undefined;
}

/** Follows the clauses of a query, to know where a table can stand. */
class ClauseReader {
  /** For each open bracket: whether a comma is between tables. */
  readonly #inTables: boolean[] = [false];

  /** Whether `token` stands where a table is expected, given the two tokens before it. */
  next(token: SqlToken, before: SqlToken | undefined, second: SqlToken | undefined): boolean {
    const last = this.#inTables.length - 1;
    const afterArrayJoin = isKeyword(before, 'JOIN') && isKeyword(second, 'ARRAY');
    const afterComma = before?.text === ',' && this.#inTables[last] === true;
    const expected = (isKeyword(before, ...tablePlaces) && !afterArrayJoin) || afterComma;
    if (token.text === '(') this.#inTables.push(false);
    else if (token.text === ')' && last > 0) this.#inTables.pop();
    else if (isKeyword(token, 'JOIN')) this.#inTables[last] = !isKeyword(before, 'ARRAY');
    else if (isKeyword(token, 'FROM')) this.#inTables[last] = true;
    else if (isKeyword(token, ...otherClauses)) this.#inTables[last] = false;
    return expected && !isKeyword(token, 'SELECT', 'TABLE', 'USING', 'ON', ...tablePlaces);
  }
}

function nameOf(token: SqlToken, identifiers: ReadonlyMap<string, string>): string | undefined {
  if (token.kind === 'word' || token.kind === 'quoted_identifier') return token.value;
  if (token.kind === 'parameter') return identifiers.get(token.value);
  return undefined;
}

function refuse(token: SqlToken | undefined, message: string): GuardError {
  return { code: 'syntax', message, start: token?.start ?? 0, end: token?.end ?? 0 };
}
