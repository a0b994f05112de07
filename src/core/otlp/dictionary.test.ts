import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteSource } from './byte-column.ts';
import { Dictionary } from './dictionary.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A text among others, so that reading past its ends is seen. */
const among = (text: string) => byteSource(encoder.encode(`xxxx${text}yyyy`));

const find = (dictionary: Dictionary, text: string): number => {
  const source = among(text);
  return dictionary.find(source, 4, source.bytes.length - 4);
};
const intern = (dictionary: Dictionary, text: string): number => {
  const source = among(text);
  return dictionary.intern(source, 4, source.bytes.length - 4);
};
const textOf = (dictionary: Dictionary, index: number): string =>
  decoder.decode(dictionary.texts.bytes.subarray(dictionary.start(index), dictionary.end(index)));

/** Texts that are easily taken for one another, and any others. */
const text = fc.oneof(
  fc.string({ maxLength: 5, unit: fc.constantFrom('a', 'b', '\0') }),
  fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom('p', 'q'))
    .map(([at, letter]) => `${'-'.repeat(at)}${letter}${'-'.repeat(40 - at)}`),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);

test('texts are numbered in the order in which they come, also after some are forgotten', () => {
  const step = fc.oneof(
    { weight: 9, arbitrary: text },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  );
  const dictionary = new Dictionary();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      dictionary.clear();
      const known: string[] = [];
      for (const each of steps) {
        if (typeof each === 'number') {
          known.length = Math.floor(known.length * each);
          dictionary.truncate(known.length);
          continue;
        }
        expect(find(dictionary, each)).toBe(known.indexOf(each));
        if (!known.includes(each)) known.push(each);
        expect(intern(dictionary, each)).toBe(known.indexOf(each));
      }
      expect(dictionary.count).toBe(known.length);
      expect(known.map((_, index) => textOf(dictionary, index))).toEqual(known);
    }),
    { numRuns: 300 },
  );
});

test('texts that all have one place in the table are told apart, and forgotten', () => {
  const dictionary = new Dictionary();
  // Alike in length, in both ends, in the middle and at the quarters: what the hash looks at.
  const alike = Array.from(
    { length: 3_000 },
    (_, n) => `start${String(n).padStart(4, '0').padEnd(91, '.')}end`,
  );
  const add = (from: number, to: number) => {
    for (const each of alike.slice(from, to)) intern(dictionary, each);
  };
  // Backwards, since what follows a text last time is tried first.
  const check = (numbers: (n: number) => number) =>
    expect(alike.toReversed().map((each) => find(dictionary, each))).toEqual(
      alike.map((_, n) => numbers(n)).reverse(),
    );
  check(() => -1);
  add(0, 3_000);
  check((n) => n);
  dictionary.truncate(5);
  check((n) => (n < 5 ? n : -1));
  add(1_000, 2_000);
  check((n) => (n < 5 ? n : n >= 1_000 && n < 2_000 ? n - 995 : -1));
  dictionary.clear();
  check(() => -1);
});
