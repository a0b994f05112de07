import { err, ok, type Result } from '../../base/result.ts';

type SqlTokenKind =
  | 'word'
  /** Back-tick or double-quoted (“…” too). */
  | 'quoted_identifier'
  /** Single-quoted, ‘…’, x'…' or b'…'. */
  | 'string'
  | 'heredoc'
  | 'number'
  /** `{name:Type}`. */
  | 'parameter'
  | 'punctuation'
  | 'comment';

/** One token; `start` and `end` are UTF-16 units of the text, half-open. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly start: number;
  readonly end: number;
  /** As written. */
  readonly text: string;
  /** What it stands for: quotes and escapes undone, a parameter's name; otherwise the text. */
  readonly value: string;
}

/** Where the text stops being SQL that ClickHouse would read. */
export interface SqlLexError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Splits SQL text as ClickHouse's own lexer does (src/Parsers/Lexer.cpp): both escape styles in
 * quotes, heredocs, nested block comments, `--`, `# ` and `#!` comments, typographic quotes. White
 * space is dropped, comments are kept. What ClickHouse's lexer calls an error is one here too, so
 * that no text means something else to the engine than it does to us.
 */
export function lexSql(sql: string): Result<SqlToken[], SqlLexError> {
  const tokens: SqlToken[] = [];
  let previous: SqlToken | undefined;
  let at = 0;
  for (;;) {
    const next = nextSqlToken(sql, at, previous);
    if (!next.ok) return next;
    if (next.value === undefined) return ok(tokens);
    tokens.push(next.value);
    if (next.value.kind !== 'comment') previous = next.value;
    at = next.value.end;
  }
}

/** The tokens that mean something: without comments. */
export const significantTokens = (tokens: readonly SqlToken[]): SqlToken[] =>
  tokens.filter((token) => token.kind !== 'comment');

/** Whether the token is this keyword (keywords are case-insensitive and never quoted). */
export const isKeyword = (token: SqlToken | undefined, ...keywords: string[]): boolean =>
  token?.kind === 'word' && keywords.includes(token.text.toUpperCase());

const whiteSpace =
  /[ \t\n\r\f\v\u0085\u00a0\u1680\u180e\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]+/y;
const word = /[A-Za-z0-9_$]+/y;
const wordCharacter = /[A-Za-z0-9_]/;
const lineComment = /(?:--|#[ !])[^\n]*/y;
const hexString = /[xX]'[0-9A-Fa-f]*'/y;
const binaryString = /[bB]'[01]*'/y;
const number =
  /0[xX][0-9A-Fa-f](?:_?[0-9A-Fa-f])*(?:\.(?:[0-9A-Fa-f](?:_?[0-9A-Fa-f])*)?)?(?:[pP][+-]?\d+)?|0[bB][01](?:_?[01])*|\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?(?:[eE][+-]?\d(?:_?\d)*)?|\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?/y;
const digits = /\d+/y;
const parameter = /\{\s*([A-Za-z_]\w*)\s*:\s*(?:[\w\s(),.=]|-(?!-)|'(?:[^'\\]|\\[\s\S]|'')*')+\}/y;
const operator = /<=>|->|==|!=|<>|<=|>=|\|\||::|@@|[()[\]{},;.*+\-/%=<>?:|@^&−]/y;

/** Quotes: how each closes, whether backslash and doubling escape, what it makes. */
const quotes: Record<string, { close: string; escapes: boolean; kind: SqlTokenKind }> = {
  "'": { close: "'", escapes: true, kind: 'string' },
  '"': { close: '"', escapes: true, kind: 'quoted_identifier' },
  '`': { close: '`', escapes: true, kind: 'quoted_identifier' },
  '‘': { close: '’', escapes: false, kind: 'string' },
  '“': { close: '”', escapes: false, kind: 'quoted_identifier' },
};

/**
 * The token at or after `from`, or undefined at the end of the text. `previous` is the last
 * significant token: ClickHouse reads `a.1.2` by it.
 */
export function nextSqlToken(
  sql: string,
  from: number,
  previous: SqlToken | undefined,
): Result<SqlToken | undefined, SqlLexError> {
  const start = matchEnd(whiteSpace, sql, from) ?? from;
  if (start >= sql.length) return ok(undefined);
  const make = (kind: SqlTokenKind, end: number, value?: string): Result<SqlToken, SqlLexError> => {
    const text = sql.slice(start, end);
    return ok({ kind, start, end, text, value: value ?? text });
  };
  const fail = (message: string, end = sql.length) => err({ message, start, end });
  const head = sql[start] as string;

  const quote = quotes[head];
  if (quote) return lexQuoted(sql, start, quote, make, fail);
  const commentEnd = head === '-' || head === '#' ? matchEnd(lineComment, sql, start) : undefined;
  if (commentEnd !== undefined) return make('comment', commentEnd);
  if (sql.startsWith('/*', start)) {
    const end = blockCommentEnd(sql, start);
    return end === undefined ? fail('this comment is never closed') : make('comment', end);
  }
  if (sql[start + 1] === "'" && 'xXbB'.includes(head)) {
    const end = matchEnd(hexString, sql, start) ?? matchEnd(binaryString, sql, start);
    return end === undefined
      ? fail("x'…' takes hexadecimal digits only, b'…' binary digits only")
      : make('string', end, sql.slice(start + 2, end - 1));
  }
  if (head === '$') {
    const heredoc = heredocAt(sql, start);
    if (heredoc) return make('heredoc', heredoc.end, heredoc.value);
  }
  const numberEnd = numberAt(sql, start, previous);
  if (numberEnd !== undefined) return lexNumber(sql, start, numberEnd, make, fail);
  const wordEnd = matchEnd(word, sql, start);
  if (wordEnd !== undefined)
    return make(head === '$' && wordEnd === start + 1 ? 'punctuation' : 'word', wordEnd);
  const named = head === '{' ? matchAt(parameter, sql, start) : null;
  if (named) return make('parameter', start + named[0].length, named[1]);
  const operatorEnd = matchEnd(operator, sql, start);
  if (operatorEnd !== undefined) return make('punctuation', operatorEnd);
  const point = String.fromCodePoint(sql.codePointAt(start) ?? 0);
  return fail(
    `${JSON.stringify(point)} has no meaning in SQL outside quotes`,
    start + point.length,
  );
}

type Make = (kind: SqlTokenKind, end: number, value?: string) => Result<SqlToken, SqlLexError>;
type Fail = (message: string, end?: number) => { readonly ok: false; readonly error: SqlLexError };

function lexQuoted(
  sql: string,
  start: number,
  quote: { close: string; escapes: boolean; kind: SqlTokenKind },
  make: Make,
  fail: Fail,
): Result<SqlToken, SqlLexError> {
  const unclosed = `this ${quote.kind === 'string' ? 'string' : 'quoted name'} is never closed: ${quote.close} is missing`;
  if (!quote.escapes) {
    const end = sql.indexOf(quote.close, start + 1);
    return end < 0 ? fail(unclosed) : make(quote.kind, end + 1, sql.slice(start + 1, end));
  }
  let value = '';
  for (let at = start + 1; at < sql.length; ) {
    const character = sql[at] as string;
    if (character === '\\') {
      const escaped = escapeAt(sql, at);
      if (escaped === undefined) return fail(unclosed);
      value += escaped.value;
      at = escaped.end;
    } else if (character !== quote.close) {
      value += character;
      at += 1;
    } else if (sql[at + 1] === quote.close) {
      value += character;
      at += 2;
    } else return make(quote.kind, at + 1, value);
  }
  return fail(unclosed);
}

const singleEscapes: Record<string, string> = {
  a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0',
}; // biome-ignore format: a table

/** A backslash escape, as ReadHelpers' parseComplexEscapeSequence reads it. */
function escapeAt(sql: string, at: number): { value: string; end: number } | undefined {
  const letter = sql[at + 1];
  if (letter === undefined) return undefined;
  const hex = letter === 'x' ? /^[0-9A-Fa-f]{2}/.exec(sql.slice(at + 2, at + 4)) : null;
  if (hex) return { value: String.fromCharCode(Number.parseInt(hex[0], 16)), end: at + 4 };
  if (letter === 'N') return { value: '', end: at + 2 };
  const single = singleEscapes[letter];
  if (single !== undefined) return { value: single, end: at + 2 };
  // ClickHouse keeps the backslash before a character that needs none (`\d`, `\%`).
  return { value: /[\\'"`/=]/.test(letter) ? letter : `\\${letter}`, end: at + 2 };
}

function blockCommentEnd(sql: string, start: number): number | undefined {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match !== null; match = edge.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return undefined;
}

/** `$tag$ … $tag$`; ClickHouse takes anything but `$` as the tag. */
function heredocAt(sql: string, start: number): { value: string; end: number } | undefined {
  const tagEnd = sql.indexOf('$', start + 1);
  if (tagEnd < 0) return undefined;
  const tag = sql.slice(start, tagEnd + 1);
  const close = sql.indexOf(tag, tagEnd + 1);
  if (close < 0) return undefined;
  return { value: sql.slice(tagEnd + 1, close), end: close + tag.length };
}

function numberAt(sql: string, start: number, previous: SqlToken | undefined): number | undefined {
  const head = sql[start] as string;
  if (head === '.') {
    const member =
      previous !== undefined &&
      (previous.kind === 'word' ||
        previous.kind === 'quoted_identifier' ||
        previous.kind === 'number' ||
        previous.text === ')' ||
        previous.text === ']');
    return member ? undefined : matchEnd(number, sql, start);
  }
  // After a dot it is a tuple element: `t.1.2` is not `t` and the number 1.2.
  return matchEnd(previous?.text === '.' ? digits : number, sql, start);
}

/** `1abc` is a word, `1.5abc` is an error: as the engine has it. */
function lexNumber(
  sql: string,
  start: number,
  end: number,
  make: Make,
  fail: Fail,
): Result<SqlToken, SqlLexError> {
  if (!wordCharacter.test(sql[end] ?? '')) return make('number', end);
  const wholeEnd = matchEnd(word, sql, end) ?? end;
  return /^\w+$/.test(sql.slice(start, end))
    ? make('word', wholeEnd)
    : fail(`${sql.slice(start, wholeEnd)} is not a number`, wholeEnd);
}

function matchAt(pattern: RegExp, sql: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(sql);
}

function matchEnd(pattern: RegExp, sql: string, at: number): number | undefined {
  const match = matchAt(pattern, sql, at);
  return match ? at + match[0].length : undefined;
}
