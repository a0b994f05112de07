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

/** What part of an INSERT the next token belongs to. */
type Stage = 'outside' | 'target' | 'name' | 'arguments' | 'rest';

/**
 * Follows a statement token by token and tells where the rows of an INSERT begin: everything after
 * that is data in some format, and not SQL. Only an INSERT that is the whole statement may have
 * rows; one inside EXPLAIN, WITH or PARALLEL WITH that has some is refused.
 */
export class InsertReader {
  readonly #text: string;
  /** All significant tokens so far. */
  readonly #tokens: SqlToken[] = [];
  #first: SqlToken | undefined;
  #before: SqlToken | undefined;
  #stage: Stage = 'outside';
  #nested = false;
  #modifiers = new Set<string>();
  /** The FORMAT word, when it was the last token outside brackets. */
  #format: SqlToken | undefined;
  #source = false;
  /** A bracket was opened with SELECT: a subquery, unless that is the name of a column. */
  #opened: 'no' | 'bracket' | 'select' = 'no';

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the INSERT names where its rows come from: SELECT, FROM INFILE, WATCH. */
  get hasSource(): boolean {
    return this.#source;
  }

  /** Takes the next significant token; `top`: it is outside brackets, or one itself. */
  next(token: SqlToken, top: boolean): Result<InsertRows, RowsRefusal> | undefined {
    this.#tokens.push(token);
    this.#first ??= token;
    this.#followBracket(token, top);
    if (!top) return undefined;
    const before = this.#before;
    this.#before = token;
    if (this.#beginsInsert(token, before)) {
      this.#stage = 'target';
      this.#nested = token !== this.#first;
      this.#modifiers.clear();
      this.#source = false;
      this.#format = undefined;
      return undefined;
    }
    return this.#advance(token);
  }

  #beginsInsert(token: SqlToken, before: SqlToken | undefined): boolean {
    if (!isKeyword(token, 'INSERT')) return false;
    const wraps = isKeyword(this.#first, 'EXPLAIN', 'WITH', 'EXECUTE');
    return token === this.#first || wraps || isKeyword(before, 'WITH');
  }

  #advance(token: SqlToken): Result<InsertRows, RowsRefusal> | undefined {
    switch (this.#stage) {
      case 'outside':
        return undefined;
      case 'target': {
        // Each of these words once, in front of the name; then it is the name.
        const modifier = token.text.toUpperCase();
        const isModifier = isKeyword(token, 'INTO', 'TABLE', 'FUNCTION');
        if (isModifier && !this.#modifiers.has(modifier)) this.#modifiers.add(modifier);
        else this.#stage = 'name';
        return undefined;
      }
      case 'name':
        if (token.text === '.') this.#stage = 'target';
        else if (token.text === '(' && this.#modifiers.has('FUNCTION')) this.#stage = 'arguments';
        else {
          this.#stage = 'rest';
          return this.#rest(token);
        }
        return undefined;
      case 'arguments':
        if (token.text === ')') this.#stage = 'rest';
        return undefined;
      case 'rest':
        return this.#rest(token);
    }
  }

  #rest(token: SqlToken): Result<InsertRows, RowsRefusal> | undefined {
    const format = this.#format;
    this.#format = isKeyword(token, 'FORMAT') ? token : undefined;
    if (format && token.kind === 'word')
      return this.#allow(format, this.#formatRows(format, token));
    if (isKeyword(token, 'VALUES') && !this.#source)
      return this.#allow(
        token,
        ok({ format: 'Values', head: this.#headBefore(token), start: token.end }),
      );
    if (isKeyword(token, 'SELECT', 'WITH', 'FROM', 'WATCH')) this.#source = true;
    return undefined;
  }

  /** `(SELECT …)` is a source of rows, `(select, b)` are columns of those names. */
  #followBracket(token: SqlToken, top: boolean): void {
    const closes = token.text === ',' || token.text === ')';
    if (this.#opened === 'select' && !closes) this.#source = true;
    if (this.#opened === 'bracket' && !top && isKeyword(token, 'SELECT', 'WITH'))
      this.#opened = 'select';
    else this.#opened = top && token.text === '(' && this.#stage === 'rest' ? 'bracket' : 'no';
    // The bracket after the name is seen while the name's stage lasts.
    if (top && token.text === '(' && this.#stage === 'name') this.#opened = 'bracket';
  }

  #allow(
    word: SqlToken,
    found: Result<InsertRows, RowsRefusal> | undefined,
  ): Result<InsertRows, RowsRefusal> | undefined {
    if (!this.#nested || !found?.ok) return found;
    return err({
      message: 'rows may follow only an INSERT that stands alone; send the rows on their own',
      start: word.start,
      end: this.#text.length,
    });
  }

  #headBefore(word: SqlToken): string {
    return this.#text.slice(this.#first?.start ?? 0, word.start);
  }

  #formatRows(word: SqlToken, name: SqlToken): Result<InsertRows, RowsRefusal> | undefined {
    const start = afterFormatName(this.#text, name.end);
    const rows = { format: name.text, head: this.#headBefore(word), start };
    const input = inputCall(this.#text, this.#tokens);
    if (input) return ok({ ...rows, input });
    if (!this.#source) return ok(rows);
    if (/^[\s;]*$/.test(this.#text.slice(start))) return undefined;
    return err({
      message:
        'this INSERT takes its rows from a SELECT, so nothing may follow FORMAT; quote the word where it is a name',
      start,
      end: this.#text.length,
    });
  }
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
function inputCall(text: string, tokens: readonly SqlToken[]): InsertRows['input'] {
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
