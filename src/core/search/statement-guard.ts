import { err, ok, type Result } from '../../base/result.ts';
import { isKeyword, nextSqlToken, type SqlToken } from './sql-lexer.ts';

/** What a statement does, by its first word. */
export type StatementKind = 'read' | 'write' | 'insert' | 'session';

/** Where an INSERT takes the rows that follow its text. */
export interface InsertData {
  /** `VALUES` reads as the format `Values`. */
  readonly format: string;
  /** Text before the FORMAT or VALUES word: `INSERT INTO t (a, b) SETTINGS …`. */
  readonly head: string;
  /** Where the rows begin, in UTF-16 units of the text. */
  readonly dataStart: number;
  /** For `INSERT … SELECT … FROM input('structure') FORMAT …`: where `input(…)` is in the head. */
  readonly input?: { readonly start: number; readonly end: number; readonly structure: string };
}

export interface Statement {
  readonly kind: StatementKind;
  /** The first word, in upper case: SELECT, WITH, CREATE. */
  readonly verb: string;
  /** The statement without what follows it (`;`, comments, rows). */
  readonly sql: string;
  /** The FORMAT clause of the answer, if it names one. */
  readonly format?: string;
  /** Present when rows follow, or have to follow, the statement. */
  readonly data?: InsertData;
  /** Significant tokens of `sql`, with spans in the original text. */
  readonly tokens: readonly SqlToken[];
}

/** Why a text is not run. Spans are UTF-16 units of the text, half-open. */
export interface GuardError {
  readonly code: 'syntax' | 'empty' | 'multiple_statements' | 'into_outfile' | 'inline_data';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

const readVerbs = new Set([
  'SELECT', 'WITH', 'FROM', 'EXPLAIN', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'CHECK', '(',
]); // biome-ignore format: a table
const sessionVerbs = new Set(['SET', 'USE', 'BEGIN', 'COMMIT', 'ROLLBACK']);

/**
 * Reads a text as exactly one ClickHouse statement, the way ClickHouse does: comments, quotes and
 * heredocs hide nothing and split nothing. A second statement, INTO OUTFILE (it writes the
 * server's files even under `readonly=1`) and the client's `\G` are refused. Rows inside an INSERT
 * are told apart from its text, so that they never reach the engine as SQL.
 */
export function guardStatement(text: string): Result<Statement, GuardError> {
  const scanned = scan(text);
  if (!scanned.ok) return scanned;
  const { tokens, data, end } = scanned.value;
  const first = tokens[0];
  if (!first) return err(at('empty', 'there is no statement in this text', 0, text.length));
  const outfile = tokens.findIndex(
    (token, index) => isKeyword(token, 'INTO') && isKeyword(tokens[index + 1], 'OUTFILE'),
  );
  if (outfile >= 0)
    return err(
      at('into_outfile', 'INTO OUTFILE is not available: it writes files on the server',
        tokens[outfile]!.start, tokens[outfile + 1]!.end),
    ); // biome-ignore format: one sentence
  const verb = first.text.toUpperCase();
  const sql = text.slice(first.start, end);
  if (data) return ok({ kind: 'insert', verb, sql, data, tokens });
  const format = resultFormat(tokens);
  const kind = classify(verb, tokens);
  return ok({ kind, verb, sql, tokens, ...(format === undefined ? {} : { format }) });
}

interface Scan {
  readonly tokens: SqlToken[];
  readonly data?: InsertData;
  readonly end: number;
}

/** Reads tokens up to the end of the statement, or to where an INSERT's rows begin. */
function scan(text: string): Result<Scan, GuardError> {
  const tokens: SqlToken[] = [];
  let depth = 0;
  let position = 0;
  for (;;) {
    const next = nextSqlToken(text, position, tokens.at(-1));
    if (!next.ok) return err({ code: 'syntax', ...next.error });
    const token = next.value;
    if (token === undefined) return ok({ tokens, end: tokens.at(-1)?.end ?? 0 });
    position = token.end;
    if (token.kind === 'comment') continue;
    if (token.text === ';') {
      const end = tokens.at(-1)?.end ?? 0;
      const more = extraStatement(text, token);
      return more ? err(more) : ok({ tokens, end });
    }
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    const before = tokens.at(-1);
    tokens.push(token);
    if (depth !== 0 || !isKeyword(tokens[0], 'INSERT')) continue;
    const data = isKeyword(token, 'VALUES')
      ? valuesAt(text, tokens, token)
      : token.kind === 'word' && isKeyword(before, 'FORMAT')
        ? formatAt(text, tokens, before as SqlToken, token)
        : undefined;
    if (data && !data.ok) return data;
    if (data) return ok({ tokens, data: data.value, end: tokens.at(-1)!.end });
  }
}

/** Anything but comments and further semicolons after the first `;` is a second statement. */
function extraStatement(text: string, semicolon: SqlToken): GuardError | undefined {
  let position = semicolon.end;
  for (;;) {
    const next = nextSqlToken(text, position, undefined);
    if (!next.ok) return { code: 'syntax', ...next.error };
    const token = next.value;
    if (token === undefined) return undefined;
    position = token.end;
    if (token.kind !== 'comment' && token.text !== ';')
      return at(
        'multiple_statements',
        'only one statement is run at a time: send what follows the semicolon on its own',
        token.start,
        text.length,
      );
  }
}

/** `INSERT INTO t VALUES …`; after SELECT the word is something else (`FROM values(…)`). */
function valuesAt(
  text: string,
  tokens: readonly SqlToken[],
  values: SqlToken,
): Result<InsertData, GuardError> | undefined {
  if (
    tokens.some((token) => isKeyword(token, 'SELECT', 'WITH', 'FROM', 'WATCH')) ||
    !hasTarget(tokens)
  )
    return undefined;
  return ok({ format: 'Values', head: headBefore(text, tokens, values), dataStart: values.end });
}

function formatAt(
  text: string,
  tokens: readonly SqlToken[],
  word: SqlToken,
  name: SqlToken,
): Result<InsertData, GuardError> | undefined {
  if (!hasTarget(tokens.slice(0, -1))) return undefined;
  const dataStart = afterFormatName(text, name.end);
  const head = headBefore(text, tokens, word);
  const base = { format: name.text, head, dataStart };
  const input = inputCall(text, tokens);
  if (input) return ok({ ...base, input });
  if (!tokens.some((token) => isKeyword(token, 'SELECT', 'FROM'))) return ok(base);
  const rest = text.slice(dataStart).trim();
  if (rest === '' || rest === ';') return undefined;
  return err(
    at('inline_data', 'this INSERT takes its rows from a SELECT, so nothing may follow FORMAT',
      dataStart, text.length),
  ); // biome-ignore format: one sentence
}

/** Whether a table has been named: `INSERT INTO format …` names one, it is no FORMAT clause yet. */
function hasTarget(tokens: readonly SqlToken[]): boolean {
  let index = 1;
  if (isKeyword(tokens[index], 'INTO')) index += 1;
  if (isKeyword(tokens[index], 'TABLE') && tokens.length > index + 2) index += 1;
  return tokens.length > index + 1;
}

const headBefore = (text: string, tokens: readonly SqlToken[], word: SqlToken): string =>
  text.slice(tokens[0]!.start, word.start);

/**
 * ClickHouse skips blanks after the format's name and then one line break (ParserInsertQuery);
 * what is left is data, blank lines included.
 */
function afterFormatName(text: string, from: number): number {
  const match = /[ \t\f]*(?:\r?\n|\r)?/y;
  match.lastIndex = from;
  return from + (match.exec(text)?.[0].length ?? 0);
}

/** `input('a Int, b String')` of an INSERT SELECT, relative to the head. */
function inputCall(text: string, tokens: readonly SqlToken[]): InsertData['input'] {
  const index = tokens.findIndex(
    (token, i) =>
      isKeyword(token, 'INPUT') && tokens[i + 1]?.text === '(' && tokens[i + 3]?.text === ')',
  );
  const argument = tokens[index + 2];
  if (index < 0 || (argument?.kind !== 'string' && argument?.kind !== 'heredoc')) return undefined;
  const origin = tokens[0]!.start;
  return {
    start: tokens[index]!.start - origin,
    end: tokens[index + 3]!.end - origin,
    structure: text.slice(argument.start, argument.end),
  };
}

function classify(verb: string, tokens: readonly SqlToken[]): StatementKind {
  if (sessionVerbs.has(verb)) return 'session';
  if (!readVerbs.has(verb)) return 'write';
  // `WITH … INSERT INTO …` writes. A column of that name is read as a write too: the safe side.
  return verb === 'WITH' && tokens.some((token) => isKeyword(token, 'INSERT')) ? 'write' : 'read';
}

/** `… FORMAT Name [SETTINGS …]` at the end of a statement, outside brackets. */
function resultFormat(tokens: readonly SqlToken[]): string | undefined {
  let depth = 0;
  for (let index = tokens.length - 1; index > 0; index -= 1) {
    const token = tokens[index]!;
    if (token.text === ')') depth += 1;
    if (token.text === '(') depth -= 1;
    if (depth !== 0 || !isKeyword(token, 'FORMAT')) continue;
    const name = tokens[index + 1];
    const after = tokens[index + 2];
    const ends = after === undefined || isKeyword(after, 'SETTINGS');
    return name?.kind === 'word' && ends ? name.text : undefined;
  }
  return undefined;
}

const at = (code: GuardError['code'], message: string, start: number, end: number): GuardError => ({
  code,
  message,
  start,
  end,
});
