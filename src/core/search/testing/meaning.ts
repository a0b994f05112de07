import type { SampleRow } from './sample-rows.ts';

/** What a query means, said without SQL: whether it finds a row. An oracle for the compiler. */
export type Meaning = (row: SampleRow) => boolean;

const fold = (text: string): string => text.toLowerCase();
const wordsOf = (text: string): string[] =>
  fold(text)
    .split(/[^0-9a-z\u0080-\uffff]+/)
    .filter((word) => word !== '');

export const all: Meaning = () => true;
export const not =
  (meaning: Meaning): Meaning =>
  (row) =>
    !meaning(row);
export const and =
  (...meanings: Meaning[]): Meaning =>
  (row) =>
    meanings.every((meaning) => meaning(row));
export const or =
  (...meanings: Meaning[]): Meaning =>
  (row) =>
    meanings.some((meaning) => meaning(row));

type Text = (row: SampleRow) => string | undefined;
export const body: Text = (row) => row.Body;
export const service: Text = (row) => row.ServiceName;
export const other: Text = (row) => row.Other;
export const attribute =
  (key: string): Text =>
  (row) =>
    row.LogAttributes[key];
export const resource =
  (key: string): Text =>
  (row) =>
    row.ResourceAttributes[key];
/** A path of the JSON column, as text. */
export const json =
  (...path: string[]): Text =>
  (row) => {
    let at: unknown = row.J;
    for (const step of path) at = (at as Record<string, unknown> | undefined)?.[step];
    return at === undefined || typeof at === 'object' ? undefined : String(at);
  };

/** Every word is one of the text's words. */
export const word =
  (...words: string[]): Meaning =>
  (row) =>
    words.every((each) => wordsOf(row.Body).includes(fold(each)));
/** The text's words follow each other, and it stands there as written. */
export const phrase = (text: string): Meaning => {
  const wanted = wordsOf(text);
  return and(contains(body, text), (row) => {
    const words = wordsOf(row.Body);
    return words.some((_, at) => wanted.every((each, index) => words[at + index] === each));
  });
};
/** All words of the text, and the text as written. */
export const punctuated = (text: string): Meaning =>
  and(word(...wordsOf(text)), contains(body, text));

const onText =
  (text: Text, test: (value: string) => boolean): Meaning =>
  (row) => {
    const value = text(row);
    return value !== undefined && test(value);
  };
export const contains = (text: Text, part: string): Meaning =>
  onText(text, (value) => fold(value).includes(fold(part)));
export const starts = (text: Text, part: string): Meaning =>
  onText(text, (value) => fold(value).startsWith(fold(part)));
export const ends = (text: Text, part: string): Meaning =>
  onText(text, (value) => fold(value).endsWith(fold(part)));
export const is = (text: Text, exact: string): Meaning => onText(text, (value) => value === exact);
export const matches = (text: Text, pattern: RegExp): Meaning =>
  onText(text, (value) => pattern.test(value));
export const present = (text: Text): Meaning => onText(text, () => true);
export const filled = (text: Text): Meaning => onText(text, (value) => value !== '');
/** The text comes before another, byte by byte. */
export const before = (text: Text, bound: string): Meaning =>
  onText(text, (value) => value < bound);

/** The text is a number that passes. */
export const number = (text: Text, test: (value: number) => boolean): Meaning =>
  onText(text, (value) => /^[\d.e]+$/.test(value) && test(Number(value)));
export const severity =
  (test: (value: number) => boolean): Meaning =>
  (row) =>
    test(row.SeverityNumber);
export const duration =
  (test: (value: bigint) => boolean): Meaning =>
  (row) =>
    test(BigInt(row.Duration));
/** Times are texts of one form, so that their order is that of the text. */
export const time =
  (test: (value: string) => boolean): Meaning =>
  (row) =>
    test(row.Timestamp);
export const count =
  (test: (value: number) => boolean): Meaning =>
  (row) =>
    row.Num.count !== undefined && test(row.Num.count);
export const eventName =
  (test: (value: string) => boolean): Meaning =>
  (row) =>
    row['Events.Name'].some(test);
export const eventKey =
  (key: string, test: (value: string) => boolean): Meaning =>
  (row) =>
    row['Events.Attributes'].some((each) => each[key] !== undefined && test(each[key]));
