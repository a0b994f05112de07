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
  for (const [index, token] of tokens.entries()) {
    const name = nameOf(token, identifiers);
    if (name === undefined) continue;
    const folded = name.toLowerCase();
    const qualified = tokens[index - 1]?.text === '.';
    if (reachingFunctions.has(folded) && !qualified)
      return refuse(
        token,
        `the function ${name} is not available to readers; a column of that name can be written with its table before it, t.${name}`,
      );
    if (folded === 'default' && tokens[index + 1]?.text === '.')
      return refuse(token, 'the database "default" is not available: its tables are files');
    if (isTableFunction(tokens, index) && !harmlessTableFunctions.has(folded))
      return refuse(token, `the table function ${name} is not available to readers`);
  }
  return undefined;
}

function nameOf(token: SqlToken, identifiers: ReadonlyMap<string, string>): string | undefined {
  if (token.kind === 'word' || token.kind === 'quoted_identifier') return token.value;
  if (token.kind === 'parameter') return identifiers.get(token.value);
  return undefined;
}

/** A name with an opening bracket where a table is expected. */
function isTableFunction(tokens: readonly SqlToken[], index: number): boolean {
  if (tokens[index + 1]?.text !== '(') return false;
  if (isKeyword(tokens[index], ...tablePlaces, 'USING', 'ON', 'SELECT')) return false;
  const before = tokens[index - 1];
  if (isKeyword(before, 'JOIN') && isKeyword(tokens[index - 2], 'ARRAY')) return false;
  if (isKeyword(before, ...tablePlaces)) return true;
  return before?.text === ',' && isInTableList(tokens, index - 1);
}

/** Whether the comma at `comma` separates tables: going back, FROM comes before SELECT does. */
function isInTableList(tokens: readonly SqlToken[], comma: number): boolean {
  let depth = 0;
  for (let index = comma - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (token?.text === ')') depth += 1;
    if (token?.text === '(') depth -= 1;
    if (depth < 0) return false;
    if (depth > 0) continue;
    if (isKeyword(token, 'JOIN') && isKeyword(tokens[index - 1], 'ARRAY')) return false;
    if (isKeyword(token, 'FROM', 'JOIN')) return true;
    if (isKeyword(token, 'SELECT', 'WHERE', 'BY', 'WITH', 'PREWHERE', 'HAVING')) return false;
  }
  return false;
}

function refuse(token: SqlToken | undefined, message: string): GuardError {
  return { code: 'syntax', message, start: token?.start ?? 0, end: token?.end ?? 0 };
}
