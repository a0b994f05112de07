import { lexLucene } from './lexer.ts';
import type { LuceneToken, Span } from './token.ts';

type EditorTokenKind =
  | 'field'
  | 'operator'
  | 'comparison'
  | 'bracket'
  | 'phrase'
  | 'word'
  | 'range'
  /** What has no effect: fuzziness and boost. */
  | 'ignored';

/** A coloured piece of a query; what lies between tokens is white space. */
export interface EditorToken extends Span {
  readonly kind: EditorTokenKind;
}

const kinds: Record<LuceneToken['kind'], EditorTokenKind> = {
  text: 'word',
  field: 'field',
  range: 'range',
  compare: 'comparison',
  and: 'operator',
  or: 'operator',
  not: 'operator',
  must: 'operator',
  open: 'bracket',
  close: 'bracket',
  suffix: 'ignored',
};

/** The tokens of a Lucene query for highlighting: in order, not overlapping, whatever the text. */
export const luceneTokens = (text: string): readonly EditorToken[] =>
  lexLucene(text).tokens.map((token) => ({
    kind: token.kind === 'text' && token.form === 'phrase' ? 'phrase' : kinds[token.kind],
    start: token.start,
    end: token.end,
  }));

/** What is being typed at a place of a query, for completion; the span is what to replace. */
export type Completion =
  | (Span & { readonly kind: 'field'; readonly prefix: string })
  | (Span & { readonly kind: 'value'; readonly field: string; readonly prefix: string });

/**
 * What could be completed at `offset`: a field's name, or a value of the field before. Undefined
 * inside a phrase without a field and other places where nothing can be suggested.
 */
export function completeAt(text: string, offset: number): Completion | undefined {
  const { tokens } = lexLucene(text.slice(0, offset));
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  if (last?.kind === 'field' && last.end === offset)
    return { kind: 'value', field: last.name, prefix: '', start: offset, end: offset };
  if (last?.kind !== 'text' || last.end !== offset)
    return { kind: 'field', prefix: '', start: offset, end: offset };
  const prefix = last.parts.join('*');
  const { start } = last;
  if (before?.kind === 'field' && before.end === start)
    return { kind: 'value', field: before.name, prefix, start, end: offset };
  return last.form === 'word' ? { kind: 'field', prefix, start, end: offset } : undefined;
}
