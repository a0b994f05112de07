import { err, ok, type Result } from '../../base/result.ts';
import { isKeyword, type SqlToken } from './sql-lexer.ts';

/** Where an INSERT takes the rows that follow its text. */
export interface InsertRows {
  /** `VALUES` reads as the format `Values`. */
  readonly format: string;
  /** Text before the FORMAT or VALUES word: `INSERT INTO t (a, b) SETTINGS …`. */
  readonly head: string;
  /** Where the rows begin, in UTF-16 units of the text. */
  readonly start: number;
  /** For `INSERT … SELECT … FROM input('structure') FORMAT …`: where `input(…)` is in the head. */
  readonly input?: { readonly start: number; readonly end: number; readonly structure: string };
}

/** Rows that must not be passed on, and why. Spans are UTF-16 units, half-open. */
export interface RowsRefusal {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A statement as far as it has been read. */
export interface ReadSoFar {
  readonly text: string;
  /** Significant tokens, the newest last. */
  readonly tokens: readonly SqlToken[];
  /** Those outside brackets (the brackets themselves included). */
  readonly top: readonly SqlToken[];
}

/**
 * Whether the newest token (outside brackets) is where the rows of an INSERT begin: everything
 * after it is data in some format, and not SQL. Undefined where it is not. Only an INSERT that is
 * the whole statement may have rows; one inside EXPLAIN, WITH or PARALLEL WITH is refused.
 */
export function rowsAt(read: ReadSoFar): Result<InsertRows, RowsRefusal> | undefined {
  const { top } = read;
  const newest = top.at(-1);
  const before = top.at(-2);
  const begin = insertStart(top);
  if (!newest || begin === undefined) return undefined;
  const after = targetEnd(top, begin);
  const isFormat = newest.kind === 'word' && isKeyword(before, 'FORMAT') && top.length - 2 >= after;
  const isValues = !isFormat && isKeyword(newest, 'VALUES') && top.length - 1 >= after;
  if (!isFormat && !isValues) return undefined;
  const word = isValues ? newest : (before as SqlToken);
  const source = sourceAfter(read, after, top.indexOf(word));
  if (isValues && source) return undefined;
  const found = isValues ? valueRows(read, newest) : formatRows(read, word, newest, source);
  if (found?.ok && begin > 0)
    return err({
      message: 'rows may follow only an INSERT that stands alone; send the rows on their own',
      start: word.start,
      end: read.text.length,
    });
  return found;
}

/** Whether an INSERT names where its rows come from: SELECT, FROM INFILE, WATCH. */
export function hasSource(read: ReadSoFar): boolean {
  return sourceAfter(read, targetEnd(read.top, 0), read.top.length);
}

/** Index of the INSERT that the newest tokens belong to, where one can stand. */
function insertStart(top: readonly SqlToken[]): number | undefined {
  const wraps = isKeyword(top[0], 'EXPLAIN', 'WITH', 'EXECUTE');
  const index = top.findLastIndex(
    (token, at) =>
      isKeyword(token, 'INSERT') && (at === 0 || wraps || isKeyword(top[at - 1], 'WITH')),
  );
  return index < 0 ? undefined : index;
}

/** Index after `INSERT [INTO] [TABLE] [FUNCTION] db.name` or `FUNCTION name(…)`. */
function targetEnd(top: readonly SqlToken[], begin: number): number {
  let index = begin + 1;
  if (isKeyword(top[index], 'INTO')) index += 1;
  const named = (at: number): boolean => top[at] !== undefined && top[at]?.text !== '.';
  if (isKeyword(top[index], 'TABLE') && named(index + 1) && !isKeyword(top[index + 1], 'VALUES'))
    index += 1;
  if (isKeyword(top[index], 'FUNCTION') && top[index + 2]?.text === '(') return index + 4;
  index += 1;
  while (top[index]?.text === '.') index += 2;
  return index;
}

function sourceAfter(read: ReadSoFar, from: number, to: number): boolean {
  const { top, tokens } = read;
  const words = top.slice(from, to);
  if (words.some((token) => isKeyword(token, 'SELECT', 'WITH', 'FROM', 'WATCH'))) return true;
  return words.some((token) => {
    if (token.text !== '(') return false;
    const index = tokens.indexOf(token);
    // `(select, b)` are columns of those names.
    return (
      isKeyword(tokens[index + 1], 'SELECT', 'WITH') &&
      tokens[index + 2]?.text !== ',' &&
      tokens[index + 2]?.text !== ')'
    );
  });
}

const headBefore = (read: ReadSoFar, word: SqlToken): string =>
  read.text.slice(read.tokens[0]?.start ?? 0, word.start);

const valueRows = (read: ReadSoFar, values: SqlToken): Result<InsertRows, RowsRefusal> =>
  ok({ format: 'Values', head: headBefore(read, values), start: values.end });

function formatRows(
  read: ReadSoFar,
  word: SqlToken,
  name: SqlToken,
  source: boolean,
): Result<InsertRows, RowsRefusal> | undefined {
  const start = afterFormatName(read.text, name.end);
  const rows = { format: name.text, head: headBefore(read, word), start };
  const input = inputCall(read);
  if (input) return ok({ ...rows, input });
  if (!source) return ok(rows);
  if (/^[\s;]*$/.test(read.text.slice(start))) return undefined;
  return err({
    message:
      'this INSERT takes its rows from a SELECT, so nothing may follow FORMAT; quote the word where it is a name',
    start,
    end: read.text.length,
  });
}

/**
 * ClickHouse skips blanks after the format's name and then one line break (ParserInsertQuery);
 * what is left is data, blank lines included.
 */
function afterFormatName(text: string, from: number): number {
  const gap = /[ \t\f]*(?:\r?\n|\r)?/y;
  gap.lastIndex = from;
  return from + (gap.exec(text)?.[0].length ?? 0);
}

/** `input('a Int, b String')` of an INSERT SELECT, relative to the head. */
function inputCall(read: ReadSoFar): InsertRows['input'] {
  const { tokens, text } = read;
  const index = tokens.findIndex(
    (token, at) =>
      isKeyword(token, 'INPUT') && tokens[at + 1]?.text === '(' && tokens[at + 3]?.text === ')',
  );
  const argument = tokens[index + 2];
  if (index < 0 || (argument?.kind !== 'string' && argument?.kind !== 'heredoc')) return undefined;
  const origin = tokens[0]?.start ?? 0;
  return {
    start: (tokens[index]?.start ?? 0) - origin,
    end: (tokens[index + 3]?.end ?? 0) - origin,
    structure: text.slice(argument.start, argument.end),
  };
}
