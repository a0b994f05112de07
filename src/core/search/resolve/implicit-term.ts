import type { TextNode } from '../lucene/syntax-tree.ts';
import type { Operand, Predicate } from '../query-ir.ts';
import { isPresence } from './field-term.ts';
import { distinctWords } from './words.ts';

/**
 * What a word or phrase without a field asks of one implicit column. Words are whole words; text
 * with separators must stand there as written too. A wildcard makes it a pattern: open at the ends
 * that have a star, over the whole column; a star only inside leaves the place open.
 */
export function predicateOnImplicit(
  column: Operand & { kind: 'column' },
  term: TextNode,
): Predicate {
  if (isPresence(term)) return { kind: 'present', operand: column };
  const [text = '', ...more] = term.parts;
  if (more.length > 0) {
    const anchored = text === '' || more.at(-1) === '';
    const pattern = anchored ? term.parts : ['', ...term.parts, ''];
    return { kind: 'like', operand: column, pattern };
  }
  if (text === '') return { kind: 'all' };
  const words = distinctWords(text);
  const like: Predicate = { kind: 'like', operand: column, pattern: ['', text, ''] };
  if (words.length === 0) return like;
  const whole = words.length === 1 && words[0] === text;
  return {
    kind: 'words',
    column: column.name,
    words,
    order: term.form === 'word' || whole ? 'any' : 'phrase',
    text: whole ? undefined : text,
  };
}
