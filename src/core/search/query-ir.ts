import type { ColumnType } from './column-type.ts';
import type { CompareOperator } from './lucene/token.ts';

/**
 * What a query asks of a table, resolved against its columns: the step between the syntax tree and
 * SQL or English. Every predicate is true or false for every row, never NULL, so that NOT is the
 * complement. Nodes are frozen.
 */
export type Predicate =
  | { readonly kind: 'all' | 'none' }
  | { readonly kind: 'and' | 'or'; readonly items: readonly Predicate[] }
  | { readonly kind: 'not'; readonly item: Predicate }
  | WordsPredicate
  | { readonly kind: 'like'; readonly operand: Operand; readonly pattern: Pattern }
  | { readonly kind: 'equals'; readonly operand: Operand; readonly value: Literal }
  | {
      readonly kind: 'compare';
      readonly operand: Operand;
      readonly operator: CompareOperator;
      readonly value: Literal;
    }
  | RangePredicate
  | { readonly kind: 'present'; readonly operand: Operand }
  /** Some element of an array meets `item`, whose operands go back to the `element` of `depth`. */
  | {
      readonly kind: 'some';
      readonly array: Operand;
      readonly depth: number;
      readonly item: Predicate;
    };

/** Whole words of a text column, in any order, or one after the other as a phrase. */
export interface WordsPredicate {
  readonly kind: 'words';
  readonly column: string;
  readonly words: readonly string[];
  readonly order: 'any' | 'phrase';
  /** The text itself, where it is more than its words: it must stand in the column. */
  readonly text: string | undefined;
}

export interface RangePredicate {
  readonly kind: 'range';
  readonly operand: Operand;
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
}

export interface Bound {
  readonly value: Literal;
  readonly inclusive: boolean;
}

/** Literals between wildcards, case folded when compared: `['', 'foo', '']` is "contains foo". */
export type Pattern = readonly string[];

/** Where a value comes from. `label` is what a person calls it. */
export type Operand = { readonly type: ColumnType; readonly label: string } & (
  | { readonly kind: 'column'; readonly name: string }
  | {
      readonly kind: 'mapValue';
      readonly map: Operand;
      readonly key: string;
      /** Array column with `key=value` of each entry, where there is one. */
      readonly items?: string;
      /** Column that holds just this value, where there is one. */
      readonly materialized?: string;
    }
  | { readonly kind: 'jsonPath'; readonly json: Operand; readonly path: string }
  /** A value inside a String column that holds JSON. */
  | { readonly kind: 'jsonText'; readonly text: Operand; readonly path: readonly string[] }
  /** The element of the enclosing `some`; the outermost has depth 0. */
  | { readonly kind: 'element'; readonly depth: number }
);

/** A value of the user, typed; it travels as a query parameter. */
export type Literal =
  | { readonly kind: 'string' | 'uuid' | 'ip4' | 'ip6'; readonly value: string }
  /** Canonical decimal digits, exact at any size. */
  | { readonly kind: 'integer'; readonly value: string; readonly label?: string }
  | { readonly kind: 'float'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Nanoseconds since the epoch, within DateTime64(9). */
  | { readonly kind: 'time'; readonly ns: bigint };
