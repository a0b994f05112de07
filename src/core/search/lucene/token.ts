/** Half-open, in UTF-16 units of the query text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type CompareOperator = '<' | '<=' | '>' | '>=';

/**
 * A word, phrase or bracketed piece of text. `parts` are the literals between its wildcards:
 * `fo*o` is `['fo', 'o']`, `*` is `['', '']`; text without a wildcard has one part.
 */
export interface TextToken extends Span {
  readonly kind: 'text';
  readonly form: 'word' | 'phrase' | 'bracketed';
  readonly parts: readonly string[];
}

export interface FieldToken extends Span {
  readonly kind: 'field';
  /** Escapes undone; the span takes in the colon. */
  readonly name: string;
}

interface RangeToken extends Span {
  readonly kind: 'range';
  /** Undefined where the bound is `*`. */
  readonly lower: TextToken | undefined;
  readonly upper: TextToken | undefined;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}

export type LuceneToken =
  | TextToken
  | FieldToken
  | RangeToken
  | (Span & { readonly kind: 'compare'; readonly operator: CompareOperator })
  | (Span & { readonly kind: 'and' | 'or' | 'open' | 'close' })
  /** `NOT`, and the prefixes `-` and `!`; `+` demands what is demanded anyway. */
  | (Span & { readonly kind: 'not' | 'must'; readonly prefix: boolean })
  /** `~2` and `^4` after a term: read and ignored. */
  | (Span & { readonly kind: 'suffix' });
