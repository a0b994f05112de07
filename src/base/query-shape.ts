import { sqlString } from './sql-text.ts';

/**
 * Texts of queries may hold secrets, so that only their shape leaves the server: without literals
 * and comments. Servers that can normalise do so; for older ones the same is done by patterns.
 */
const literalsAndComments =
  "(?s)'(?:[^'\\\\]|\\\\.|'')*(?:'|$)|--[^\\n]*|/\\*.*?(?:\\*/|$)|\\b[0-9][0-9a-zA-Z_.]*";
const listOfPlaces = '\\?(?:\\s*,\\s*\\?)+';
const listOfRows = '[(]\\?[.]*[)](?:\\s*,\\s*[(]\\?[.]*[)])+';

const replaced = (sql: string, pattern: string, by: string): string =>
  `replaceRegexpAll(${sql}, ${sqlString(pattern)}, ${sqlString(by)})`;

/** SQL that takes the literals out of a text, on any version. */
export const withoutLiterals = (sql: string): string =>
  [
    [literalsAndComments, '?'],
    [listOfPlaces, '?..'],
    [listOfRows, '(?..)'],
    ['\\s+', ' '],
  ].reduce((text, [pattern, by]) => replaced(text, pattern!, by!), sql);

const exceptionCharacters = 300;

/** A server's message without the stack trace and what else follows it. */
export const exceptionText = (sql: string): string =>
  `substring(replaceRegexpOne(${sql}, '(?s),? (Stack trace|e[.]what[(][)]).*', ''), 1, ${exceptionCharacters})`;

/** The same of a query over data: what stands in quotes may be a value, so it is taken out. */
export const quietExceptionText = (sql: string): string =>
  exceptionText(replaced(sql, "'(?:[^'\\\\]|\\\\.)*'", "'?'"));
