import { MalformedInput } from './malformed.ts';
import { maxDepth } from './wire-reader.ts';

/** What a JSON value begins with. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

const words = ['true', 'false', 'null'] as const;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids these in strings.
const controlCharacter = /[\u0000-\u001f]/;

/**
 * A cursor over JSON text (RFC 8259). Numbers are handed out as they are written, so that none of
 * their digits is lost, which is why this is not `JSON.parse`.
 */
export class JsonScanner {
  private readonly text: string;
  pos = 0;

  constructor(text: string) {
    this.text = text;
  }

  fail(message: string, pos = this.pos): never {
    throw new MalformedInput(message, utf8Size(this.text, pos));
  }

  /** Skips white space and returns the code of what comes next; NaN at the end. */
  private next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.pos);
      if (code > 0x20) return code;
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.pos++;
    }
  }

  /** The kind of the value that comes next. */
  peek(): JsonKind {
    const code = this.next();
    if (code === 0x22) return 'string';
    if (code === 0x7b) return 'object';
    if (code === 0x5b) return 'array';
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return 'number';
    for (const word of words) if (this.text.startsWith(word, this.pos)) return word;
    return this.fail(
      Number.isNaN(code) ? 'the JSON ends too early' : `no JSON value: ${this.text[this.pos]}`,
    );
  }

  /** Takes one of the three words that `peek` has seen. */
  takeWord(word: 'true' | 'false' | 'null'): void {
    this.pos += word.length;
  }

  /** Takes a punctuation mark if it comes next. */
  take(mark: string): boolean {
    if (this.next() !== mark.charCodeAt(0)) return false;
    this.pos++;
    return true;
  }

  expect(mark: string): void {
    if (!this.take(mark)) this.fail(`${mark} is expected`);
  }

  end(): void {
    if (!Number.isNaN(this.next())) this.fail('something follows the JSON value');
  }

  /** The digits of a number as they are written. */
  number(): string {
    numberPattern.lastIndex = this.pos;
    const match = numberPattern.exec(this.text);
    if (!match) return this.fail('not a JSON number');
    this.pos += match[0].length;
    return match[0];
  }

  string(): string {
    const start = this.pos + 1;
    let end = start;
    for (;;) {
      end = this.text.indexOf('"', end);
      if (end < 0) this.fail('a string is not ended');
      let slashes = 0;
      while (this.text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
      // The quotation mark that begins the string is no backslash, so this stops there.
      if (slashes % 2 === 0) break;
      end++;
    }
    this.pos = end + 1;
    const inner = this.text.slice(start, end);
    if (inner.includes('\\')) return this.unescape(inner, start);
    if (controlCharacter.test(inner)) this.fail('a control character in a string', start);
    return inner;
  }

  private unescape(inner: string, start: number): string {
    try {
      return String(JSON.parse(`"${inner}"`));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.fail('a string has an invalid escape', start);
    }
  }

  /** Visits the members of an object; `visit` reads the value. */
  members(visit: (name: string) => void): void {
    this.expect('{');
    if (this.take('}')) return;
    do {
      if (this.peek() !== 'string') this.fail('the name of a member is expected');
      const name = this.string();
      this.expect(':');
      visit(name);
    } while (this.take(','));
    this.expect('}');
  }

  /** Visits the elements of an array; `visit` reads each. */
  elements(visit: () => void): void {
    this.expect('[');
    if (this.take(']')) return;
    do visit();
    while (this.take(','));
    this.expect(']');
  }

  /** Skips a value of any kind. */
  skip(depth: number): void {
    if (depth > maxDepth) this.fail(`values nest deeper than ${maxDepth}`);
    const kind = this.peek();
    if (kind === 'object') this.members(() => this.skip(depth + 1));
    else if (kind === 'array') this.elements(() => this.skip(depth + 1));
    else if (kind === 'string') this.string();
    else if (kind === 'number') this.number();
    else this.takeWord(kind);
  }
}

/** How many bytes the text before `pos` takes. */
const utf8Size = (text: string, pos: number): number =>
  new TextEncoder().encode(text.slice(0, pos)).length;
