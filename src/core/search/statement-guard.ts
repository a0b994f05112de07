import { err, ok, type Result } from '../../base/result.ts';
import { InsertReader, type InsertRows } from './insert-rows.ts';
import { isKeyword, nextSqlToken, type SqlToken } from './sql-lexer.ts';

/** What a statement does, by its first word. */
type StatementKind = 'read' | 'write' | 'insert' | 'session';

export interface Statement {
  readonly kind: StatementKind;
  /** The first word, in upper case: SELECT, WITH, CREATE. */
  readonly verb: string;
  /** The statement without what follows it (`;`, comments, rows). */
  readonly sql: string;
  /** The FORMAT clause of the answer, if it names one. */
  readonly format?: string;
  /** Present when rows follow, or have to follow, the statement. */
  readonly rows?: InsertRows;
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

const readVerbs = new Set('SELECT WITH FROM EXPLAIN SHOW DESCRIBE DESC EXISTS CHECK ('.split(' '));
const sessionVerbs = new Set(['SET', 'USE', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK']);

/**
 * Reads a text as exactly one ClickHouse statement, the way ClickHouse does: comments, quotes and
 * heredocs hide nothing and split nothing. A second statement, INTO OUTFILE (it writes the
 * server's files even under `readonly=1`) and the client's `\G` are refused. Rows inside an INSERT
 * are told apart from its text, so that they never reach the engine as SQL.
 */
export function guardStatement(text: string): Result<Statement, GuardError> {
  const scanned = scan(text);
  if (!scanned.ok) return scanned;
  const { tokens, top, rows } = scanned.value;
  const first = tokens[0];
  if (!first)
    return err({
      code: 'empty',
      message: 'there is no statement here',
      start: 0,
      end: text.length,
    });
  const outfile = tokens.findIndex(
    (token, index) => isKeyword(token, 'INTO') && isKeyword(tokens[index + 1], 'OUTFILE'),
  );
  if (outfile >= 0)
    return err({
      code: 'into_outfile',
      message: 'INTO OUTFILE is not available: it writes files on the server',
      start: tokens[outfile]?.start ?? 0,
      end: tokens[outfile + 1]?.end ?? 0,
    });
  const verb = first.text.toUpperCase();
  const end = tokens.at(-1)?.end ?? 0;
  const sql = text.slice(first.start, end);
  if (rows) return ok({ kind: 'insert', verb, sql, rows, tokens });
  if (verb === 'INSERT') return insertFromSource(text, scanned.value, sql);
  const format = answerFormat(top);
  const kind = classify(verb, tokens);
  return ok({ kind, verb, sql, tokens, ...(format === undefined ? {} : { format }) });
}

/** `INSERT … SELECT`; a FORMAT clause after it says nothing and would invite rows. */
function insertFromSource(text: string, read: Scan, sql: string): Result<Statement, GuardError> {
  const { tokens, top } = read;
  if (!read.hasSource)
    return err({
      code: 'inline_data',
      message: 'this INSERT names no rows: it needs VALUES, FORMAT or SELECT',
      start: tokens[0]?.start ?? 0,
      end: text.length,
    });
  const format =
    isKeyword(top.at(-2), 'FORMAT') && top.at(-1)?.kind === 'word' ? top.length - 2 : -1;
  if (format < 0) return ok({ kind: 'write', verb: 'INSERT', sql, tokens });
  const start = tokens[0]?.start ?? 0;
  const end = top[format]?.start ?? 0;
  const kept = tokens.filter((token) => token.end <= end);
  return ok({ kind: 'write', verb: 'INSERT', sql: text.slice(start, end).trimEnd(), tokens: kept });
}

interface Scan {
  readonly tokens: SqlToken[];
  readonly top: SqlToken[];
  readonly rows?: InsertRows;
  readonly hasSource: boolean;
}

/** Reads tokens up to the end of the statement, or to where an INSERT's rows begin. */
function scan(text: string): Result<Scan, GuardError> {
  const tokens: SqlToken[] = [];
  const top: SqlToken[] = [];
  const insert = new InsertReader(text);
  const result = (): Scan => ({ tokens, top, hasSource: insert.hasSource });
  let depth = 0;
  let position = 0;
  for (;;) {
    const next = nextSqlToken(text, position, tokens.at(-1));
    if (!next.ok) return err({ code: 'syntax', ...next.error });
    const token = next.value;
    if (token === undefined) return ok(result());
    position = token.end;
    if (token.kind === 'comment') continue;
    if (token.kind === 'punctuation' && token.text === ';') {
      const more = secondStatement(text, token);
      return more ? err(more) : ok(result());
    }
    if (isBracket(token, ')')) depth -= 1;
    tokens.push(token);
    if (depth <= 0) top.push(token);
    const rows = insert.next(token, depth <= 0);
    if (rows && !rows.ok) return err({ code: 'inline_data', ...rows.error });
    if (rows) return ok({ ...result(), rows: rows.value });
    if (isBracket(token, '(')) depth += 1;
  }
}

const isBracket = (token: SqlToken, text: '(' | ')'): boolean =>
  token.kind === 'punctuation' && token.text === text;

/** Anything but comments and further semicolons after the first `;` is a second statement. */
function secondStatement(text: string, semicolon: SqlToken): GuardError | undefined {
  let position = semicolon.end;
  for (;;) {
    const next = nextSqlToken(text, position, undefined);
    if (!next.ok) return { code: 'syntax', ...next.error };
    const token = next.value;
    if (token === undefined) return undefined;
    position = token.end;
    if (token.kind === 'comment' || (token.kind === 'punctuation' && token.text === ';')) continue;
    return {
      code: 'multiple_statements',
      message: 'only one statement is run at a time: send what follows the semicolon on its own',
      start: token.start,
      end: text.length,
    };
  }
}

function classify(verb: string, tokens: readonly SqlToken[]): StatementKind {
  if (sessionVerbs.has(verb)) return 'session';
  if (!readVerbs.has(verb)) return 'write';
  // `WITH … INSERT INTO …` writes. A column of that name is read as a write too: the safe side.
  const writes = tokens.some((token) => isKeyword(token, 'INSERT'));
  return verb === 'WITH' && writes ? 'write' : 'read';
}

/** `… FORMAT Name [SETTINGS …]` at the end of a statement, outside brackets. */
function answerFormat(top: readonly SqlToken[]): string | undefined {
  const index = top.findLastIndex((token) => isKeyword(token, 'FORMAT'));
  const name = top[index + 1];
  const after = top[index + 2];
  if (index < 1 || name?.kind !== 'word') return undefined;
  return after === undefined || isKeyword(after, 'SETTINGS') ? name.text : undefined;
}
