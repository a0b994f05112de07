import type { CompareOperator, Span } from './token.ts';

/** What a Lucene query says, before anything is known of the table. Nodes are frozen. */
export type SyntaxNode =
  | (Span & { readonly kind: 'and' | 'or'; readonly items: readonly SyntaxNode[] })
  | (Span & { readonly kind: 'not'; readonly item: SyntaxNode })
  | FieldNode
  | TermNode;

export interface FieldNode extends Span {
  readonly kind: 'field';
  readonly name: string;
  /** The name without the colon. */
  readonly nameSpan: Span;
  /** Undefined where nothing follows the colon. */
  readonly value: TermNode | GroupNode | undefined;
  /** White space stands between the colon and the value. */
  readonly gap: boolean;
}

/** `(…)` after a field: its terms are that field's values. */
export interface GroupNode extends Span {
  readonly kind: 'group';
  /** Undefined for `()`. */
  readonly item: SyntaxNode | undefined;
}

export type TermNode = TextNode | CompareNode | RangeNode;

export interface TextNode extends Span {
  readonly kind: 'text';
  readonly form: 'word' | 'phrase' | 'bracketed';
  /** The literals between wildcards; one where there is none. */
  readonly parts: readonly string[];
}

export interface CompareNode extends Span {
  readonly kind: 'compare';
  readonly operator: CompareOperator;
  readonly value: TextNode;
}

export interface RangeNode extends Span {
  readonly kind: 'range';
  /** Undefined where the bound is `*`. */
  readonly lower: TextNode | undefined;
  readonly upper: TextNode | undefined;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}
