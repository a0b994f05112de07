import type { Diagnostic } from '../../../model/telemetry/search-api.ts';
import { bracketedEnd, isSpace, scanPhrase, scanRange, scanWord, skipSpace } from './scan-text.ts';
import type { CompareOperator, LuceneToken, TextToken } from './token.ts';

export interface Lexed {
  readonly tokens: readonly LuceneToken[];
  readonly diagnostics: readonly Diagnostic[];
}

const words: Record<string, 'and' | 'or' | 'not'> = {
  AND: 'and',
  '&&': 'and',
  OR: 'or',
  '||': 'or',
  NOT: 'not',
};
const comparison = /[<>]=?/y;
/** Fuzziness, proximity and boost of Lucene, after a word or a phrase. */
const suffix = /(?:~\d*(?:\.\d+)?|\^\d+(?:\.\d+)?)+/y;
const suffixOfWord = /(?<=[\p{L}\p{N}*])(?:~\d*(?:\.\d+)?|\^\d+(?:\.\d+)?)+$/u;

/** Splits a Lucene query into tokens. Never fails: what is wrong is in the diagnostics. */
export function lexLucene(source: string): Lexed {
  return new Lexer(source).run();
}

class Lexer {
  private readonly source: string;
  private readonly tokens: LuceneToken[] = [];
  private readonly diagnostics: Diagnostic[] = [];
  /** For each open bracket, whether a field's values stand in it. */
  private readonly groups: boolean[] = [];
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  run(): Lexed {
    for (;;) {
      this.at = skipSpace(this.source, this.at);
      if (this.at >= this.source.length)
        return { tokens: this.tokens, diagnostics: this.diagnostics };
      this.term();
    }
  }

  private push(token: LuceneToken): true {
    this.tokens.push(token);
    this.at = token.end;
    return true;
  }

  private get last(): LuceneToken | undefined {
    return this.tokens.at(-1);
  }

  /** A field's name or a comparison stands right before: what comes is its value. */
  private get wantsValue(): boolean {
    const last = this.last;
    return last?.kind === 'compare' || (last?.kind === 'field' && last.end === this.at);
  }

  private term(): boolean {
    const start = this.at;
    const head = this.source[start] as string;
    if (head === '(') {
      this.groups.push(this.last?.kind === 'field' || this.groups.at(-1) === true);
      return this.push({ kind: 'open', start, end: start + 1 });
    }
    if (head === ')') {
      this.groups.pop();
      return this.push({ kind: 'close', start, end: start + 1 });
    }
    if (head === '"') return this.phrase();
    if (this.isValuePlace()) {
      if (this.comparison()) return true;
      if ((head === '[' || head === '{') && this.range()) return true;
    }
    if (head === '[' || head === '{') {
      if (this.bracketed()) return true;
    } else if (!this.wantsValue && this.prefix(head)) return true;
    return this.word();
  }

  /** Where comparisons and ranges may stand: as a field's value, or in a field's brackets. */
  private isValuePlace(): boolean {
    return this.last?.kind === 'field' || this.groups.at(-1) === true;
  }

  private comparison(): boolean {
    comparison.lastIndex = this.at;
    const match = comparison.exec(this.source);
    if (!match) return false;
    const operator = match[0] as CompareOperator;
    this.push({ kind: 'compare', operator, start: this.at, end: comparison.lastIndex });
    return true;
  }

  private range(): boolean {
    const range = scanRange(this.source, this.at);
    if (!range) return false;
    this.push({ kind: 'range', ...range });
    return true;
  }

  /** `-a`, `!a`, `+a`, `-(a b)`. Before white space, or doubled, they are text. */
  private prefix(head: string): boolean {
    if (head !== '-' && head !== '!' && head !== '+') return false;
    const next = this.source[this.at + 1];
    if (next === undefined || isSpace(next) || next === head || next === ')') return false;
    const kind = head === '+' ? 'must' : 'not';
    this.push({ kind, prefix: true, start: this.at, end: this.at + 1 });
    return true;
  }

  private phrase(): boolean {
    const start = this.at;
    const phrase = scanPhrase(this.source, start);
    if (!phrase) {
      const end = this.source.length;
      this.report('error', 'this quote is never closed: add " at its end', start, start + 1);
      return this.push({
        kind: 'text',
        form: 'phrase',
        parts: [this.source.slice(start + 1)],
        start,
        end,
      });
    }
    this.push({ kind: 'text', form: 'phrase', parts: [phrase.value], start, end: phrase.end });
    suffix.lastIndex = this.at;
    const match = suffix.exec(this.source);
    return match === null || this.push({ kind: 'suffix', start: this.at, end: suffix.lastIndex });
  }

  /** `[error]`, `{"a": 1}`: text from bracket to bracket, and on to the end of the word. */
  private bracketed(): boolean {
    const start = this.at;
    const closed = bracketedEnd(this.source, start);
    if (closed === undefined) return false;
    const { end } = scanWord(this.source, closed, false);
    const parts = [this.source.slice(start, end)];
    this.push({ kind: 'text', form: 'bracketed', parts, start, end });
    return true;
  }

  private word(): true {
    const start = this.at;
    const isValue = this.wantsValue;
    const scanned = scanWord(this.source, start, !isValue);
    if (scanned.atColon)
      return this.push({
        kind: 'field',
        name: scanned.parts[0] ?? '',
        start,
        end: scanned.end + 1,
      });
    const raw = this.source.slice(start, scanned.end);
    const operator = isValue ? undefined : words[raw];
    if (operator === 'not')
      return this.push({ kind: 'not', prefix: false, start, end: scanned.end });
    if (operator) return this.push({ kind: operator, start, end: scanned.end });
    const tail = suffixOfWord.exec(raw);
    if (!tail) return this.push(wordToken(scanned.parts, start, scanned.end));
    const end = start + tail.index;
    this.push(wordToken(scanWord(this.source.slice(0, end), start, false).parts, start, end));
    return this.push({ kind: 'suffix', start: end, end: scanned.end });
  }

  private report(severity: Diagnostic['severity'], message: string, start: number, end: number) {
    this.diagnostics.push({ severity, message, start, end });
  }
}

const wordToken = (parts: readonly string[], start: number, end: number): TextToken => ({
  kind: 'text',
  form: 'word',
  parts,
  start,
  end,
});
