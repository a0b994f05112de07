import { sqlName } from '../../../base/sql-text.ts';
import type { Pattern, WordsPredicate } from '../query-ir.ts';
import { wordSequence } from '../resolve/words.ts';
import type { SearchTable } from '../search-table.ts';
import type { Parameters } from './parameters.ts';

/** `hasAllTokens` takes at most 64 words on the first servers that have it. */
const wordsPerCall = 50;

/**
 * Whole words, or a phrase, in a column. The expression `lowerUTF8(column)` is that of the text
 * index; both sides are folded by ClickHouse, as no other folding is quite the same.
 */
export function wordsSql(
  { column, words, order, text }: WordsPredicate,
  table: SearchTable,
  params: Parameters,
): string {
  const folded = `lowerUTF8(${sqlName(column)})`;
  const can = abilities(column, table);
  const terms: string[] = [];
  if (order === 'phrase' && text !== undefined && can.hasPhrase)
    terms.push(`hasPhrase(${folded}, ${foldedSql(text, params)})`);
  else if (can.hasAllTokens)
    for (let at = 0; at < words.length; at += wordsPerCall) {
      const some = words.slice(at, at + wordsPerCall).join(' ');
      terms.push(`hasAllTokens(${folded}, ${foldedSql(some, params)})`);
    }
  else for (const word of words) terms.push(`hasToken(${folded}, ${foldedSql(word, params)})`);
  if (text === undefined) return terms.join(' AND ');
  if (order === 'phrase' && !can.hasPhrase)
    terms.push(`match(${folded}, ${foldedSql(phrasePattern(text), params)})`);
  terms.push(`${folded} LIKE ${foldedSql(likePattern(['', text, '']), params)}`);
  return terms.join(' AND ');
}

/** What may be asked of a column through its text index on `lowerUTF8(column)`. */
function abilities(
  column: string,
  { textIndexes, engine }: SearchTable,
): { readonly hasPhrase: boolean; readonly hasAllTokens: boolean } {
  const indexed = textIndexes.some(
    (index) =>
      index.tokenizer === 'splitByNonAlpha' &&
      index.expression.replaceAll(/[`\s]/g, '') === `lowerUTF8(${column})`,
  );
  if (!indexed) return { hasPhrase: false, hasAllTokens: false };
  return engine ?? { hasPhrase: true, hasAllTokens: true };
}

/** A value of the user, case folded. */
export const foldedSql = (value: string, params: Parameters): string =>
  `lowerUTF8(${params.bind(value, 'String')})`;

const separator = '[\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]';

/** `hasPhrase` as a regular expression: the words whole, with nothing but separators between. */
const phrasePattern = (text: string): string =>
  `(^|${separator})${wordSequence(text).join(`${separator}+`)}($|${separator})`;

/** Wildcards as `%`; the rest of the pattern literally. */
export const likePattern = (pattern: Pattern): string =>
  pattern.map((literal) => literal.replaceAll(/[\\%_]/g, '\\$&')).join('%');
