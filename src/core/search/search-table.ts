/** What the compiler needs to know of a table; the app makes it from `system.columns`. */
export interface SearchTable {
  readonly name: string;
  readonly columns: readonly SearchColumn[];
  /** Where words without a field are looked for: `Body`, `SpanName`. */
  readonly implicitColumns: readonly string[];
  /** Text indexes by the expression they are built on, such as `lowerUTF8(Body)`. */
  readonly textIndexes: readonly {
    readonly column: string;
    readonly expression: string;
    readonly tokenizer: 'splitByNonAlpha' | 'array';
  }[];
  /** Map column -> the array column that holds each of its entries as `key=value`. */
  readonly itemsOf: Readonly<Record<string, string>>;
  /** Map column -> key -> the column that holds the value of that key. */
  readonly materializedKeys: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * What the server can do. Where absent: both, when the table has a text index (servers that can
   * make one know both functions), else neither.
   */
  readonly engine?: { readonly hasPhrase: boolean; readonly hasAllTokens: boolean };
}

export interface SearchColumn {
  readonly name: string;
  /** ClickHouse type, as `system.columns` writes it. */
  readonly type: string;
  readonly kind: 'stored' | 'materialized' | 'alias';
}

/**
 * Limits of one query text. They keep the statement far below ClickHouse's `max_query_size`
 * (262,144 bytes) and `max_parser_depth` (1,000), whatever the text.
 */
export const searchLimits = {
  /**
   * UTF-16 units of a Lucene query. A character grows to eight bytes at most on its way into a
   * parameter (escaped for LIKE, for TabSeparated and for a SET statement).
   */
  maxLength: 16_384,
  /** UTF-16 units of a SQL expression; the same as the API's. */
  maxSqlLength: 65_536,
  /** Brackets and NOTs inside each other. */
  maxDepth: 100,
  /** Words, phrases, comparisons and ranges. */
  maxTerms: 500,
  /** Words that the terms split into when they are looked up in an index. */
  maxWords: 1_000,
  /** Wildcards in one term; ClickHouse makes a regular expression of them. */
  maxWildcards: 50,
  /** Steps of a path into a String column that holds JSON. */
  maxPathSteps: 50,
} as const;
