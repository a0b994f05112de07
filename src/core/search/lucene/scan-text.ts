import type { Span, TextToken } from './token.ts';

/** How far a bracketed piece of text or a range may reach; keeps scanning linear. */
const maxBracketed = 4_096;

const space = /\s/;
const escapable = /[^\p{L}\p{N}\s]/u;

export const isSpace = (character: string | undefined): boolean =>
  character !== undefined && space.test(character);

/** Ends a word: white space, round brackets, a double quote. */
const endsWord = (character: string): boolean =>
  character === '(' || character === ')' || character === '"' || space.test(character);

/**
 * The character that a backslash at `at` makes literal, if any. Before a letter, a digit or white
 * space a backslash is itself, so that `C:\Users` means what it says.
 */
function escaped(source: string, at: number): string | undefined {
  const point = source.codePointAt(at + 1);
  if (point === undefined) return undefined;
  const character = String.fromCodePoint(point);
  return character === ' ' || escapable.test(character) ? character : undefined;
}

export interface ScannedWord {
  readonly parts: readonly string[];
  readonly end: number;
  /** The word ended at a colon, which makes it a field's name; the colon is not part of it. */
  readonly atColon: boolean;
}

/**
 * Reads a word from `start` to its end, or to its first colon where `colonEnds`; further `stops`
 * end it too. An unescaped `*` separates parts.
 */
export function scanWord(
  source: string,
  start: number,
  colonEnds: boolean,
  stops = '',
): ScannedWord {
  const parts = [''];
  const add = (literal: string): void => {
    parts[parts.length - 1] += literal;
  };
  let at = start;
  while (at < source.length) {
    const character = source[at] as string;
    if (character === '\\') {
      const literal = escaped(source, at) ?? '';
      add(literal || character);
      at += 1 + literal.length;
      continue;
    }
    if (endsWord(character) || stops.includes(character)) break;
    if (colonEnds && character === ':' && at > start && parts.length === 1)
      return { parts, end: at, atColon: true };
    if (character === '*') parts.push('');
    else add(character);
    at += 1;
  }
  return { parts, end: at, atColon: false };
}

/** Reads `"…"` with its escapes; undefined where the closing quote is missing before `limit`. */
export function scanPhrase(
  source: string,
  start: number,
  limit = source.length,
): { readonly value: string; readonly end: number } | undefined {
  let value = '';
  for (let at = start + 1; at < limit; ) {
    const character = source[at] as string;
    if (character === '"') return { value, end: at + 1 };
    if (character === '\\') {
      const literal = escaped(source, at) ?? '';
      value += literal || character;
      at += 1 + literal.length;
    } else {
      value += character;
      at += 1;
    }
  }
  return undefined;
}

const closers: Record<string, string> = { '[': ']', '{': '}', '(': ')' };

/**
 * Where the bracket at `start` closes, quotes and inner brackets minded; undefined where it does
 * not, or not within `maxBracketed`.
 */
export function bracketedEnd(source: string, start: number): number | undefined {
  const limit = Math.min(source.length, start + maxBracketed);
  const open: string[] = [];
  for (let at = start; at < limit; at++) {
    const character = source[at] as string;
    const closer = closers[character];
    if (closer) open.push(closer);
    else if (character === '"') {
      const phrase = scanPhrase(source, at, limit);
      if (!phrase) return undefined;
      at = phrase.end - 1;
    } else if (character === ']' || character === '}' || character === ')') {
      if (open.pop() !== character) return undefined;
      if (open.length === 0) return at + 1;
    }
  }
  return undefined;
}

export interface ScannedRange extends Span {
  readonly lower: TextToken | undefined;
  readonly upper: TextToken | undefined;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  /** Where `TO` stands. */
  readonly to: number;
}

/** Reads `[a TO b]`, `{a TO b}` and the mixed forms; undefined where the text is not a range. */
export function scanRange(source: string, start: number): ScannedRange | undefined {
  const lower = scanBound(source, skipSpace(source, start + 1));
  if (!lower) return undefined;
  const to = skipSpace(source, lower.end);
  if (to === lower.end || !/^TO\s/.test(source.slice(to, to + 3))) return undefined;
  const upper = scanBound(source, skipSpace(source, to + 2));
  if (!upper) return undefined;
  const close = skipSpace(source, upper.end);
  if (source[close] !== ']' && source[close] !== '}') return undefined;
  const bound = (text: TextToken): TextToken | undefined =>
    text.parts.length > 1 ? undefined : text;
  const wild = (text: TextToken): boolean => text.parts.length > 1 && text.parts.join('') !== '';
  if (wild(lower) || wild(upper)) return undefined;
  return {
    start,
    end: close + 1,
    to,
    lower: bound(lower),
    upper: bound(upper),
    lowerInclusive: source[start] === '[',
    upperInclusive: source[close] === ']',
  };
}

function scanBound(source: string, start: number): TextToken | undefined {
  if (source[start] === '"') {
    const phrase = scanPhrase(source, start, start + maxBracketed);
    return (
      phrase && { kind: 'text', form: 'phrase', parts: [phrase.value], start, end: phrase.end }
    );
  }
  const word = scanWord(source, start, false, '[]{}');
  if (word.end === start) return undefined;
  return { kind: 'text', form: 'word', parts: word.parts, start, end: word.end };
}

export function skipSpace(source: string, from: number): number {
  let at = from;
  while (isSpace(source[at])) at++;
  return at;
}
