import { isTextual } from '../column-type.ts';
import { renderInstant } from '../instants.ts';
import type {
  Literal,
  Operand,
  Pattern,
  Predicate,
  RangePredicate,
  WordsPredicate,
} from '../query-ir.ts';
import { wordSequence } from '../resolve/words.ts';
import type { SearchTable } from '../search-table.ts';
import { Parameters, quoteName } from './parameters.ts';

/** `hasAllTokens` takes at most 64 words on the first servers that have it. */
const wordsPerCall = 50;

export interface RenderedWhere {
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Renders a predicate as a ClickHouse expression of 0 and 1. It consists of fixed words, names of
 * the table's columns and placeholders; whatever the user wrote is a parameter.
 */
export function renderWhere(
  predicate: Predicate,
  table: SearchTable,
  paramPrefix: string,
): RenderedWhere {
  const renderer = new Renderer(table, new Parameters(paramPrefix));
  const sql = renderer.predicate(predicate);
  return { sql, params: Object.freeze(renderer.params.values) };
}

type OperandPredicate = Extract<Predicate, { kind: 'like' | 'equals' | 'compare' | 'range' }>;

class Renderer {
  readonly params: Parameters;
  private readonly table: SearchTable;

  constructor(table: SearchTable, params: Parameters) {
    this.table = table;
    this.params = params;
  }

  predicate(predicate: Predicate): string {
    switch (predicate.kind) {
      case 'all':
        return '1';
      case 'none':
        return '0';
      case 'and':
      case 'or':
        return this.junction(predicate.kind, predicate.items);
      case 'not':
        return `NOT (${this.predicate(predicate.item)})`;
      case 'words':
        return this.words(predicate);
      case 'some': {
        const { array, depth, item } = predicate;
        if (isPlainElement(array, item))
          return `has(${this.value(array)}, ${this.params.bind(item.value.value, 'String')})`;
        return `arrayExists(x${depth} -> ${this.predicate(item)}, ${this.value(array)})`;
      }
      case 'present':
        return this.present(predicate.operand);
      default:
        return this.onOperand(predicate);
    }
  }

  private junction(kind: 'and' | 'or', items: readonly Predicate[]): string {
    const word = kind === 'and' ? ' AND ' : ' OR ';
    return items
      .map((item) => {
        const sql = this.predicate(item);
        return needsBrackets(kind, item, sql) ? `(${sql})` : sql;
      })
      .join(word);
  }

  private words({ column, words, order, text }: WordsPredicate): string {
    const folded = `lowerUTF8(${quoteName(column)})`;
    const can = this.abilities(column);
    const terms: string[] = [];
    if (order === 'phrase' && text !== undefined && can.hasPhrase)
      terms.push(`hasPhrase(${folded}, ${this.folded(text)})`);
    else if (can.hasAllTokens)
      for (let at = 0; at < words.length; at += wordsPerCall)
        terms.push(
          `hasAllTokens(${folded}, ${this.folded(words.slice(at, at + wordsPerCall).join(' '))})`,
        );
    else for (const word of words) terms.push(`hasToken(${folded}, ${this.folded(word)})`);
    if (text === undefined) return terms.join(' AND ');
    if (order === 'phrase' && !can.hasPhrase)
      terms.push(`match(${folded}, ${this.folded(phrasePattern(text))})`);
    terms.push(`${folded} LIKE ${this.folded(likePattern(['', text, '']))}`);
    return terms.join(' AND ');
  }

  /** What may be asked of a column through its text index on `lowerUTF8(column)`. */
  private abilities(column: string): { hasPhrase: boolean; hasAllTokens: boolean } {
    const { textIndexes, engine } = this.table;
    const indexed = textIndexes.some(
      (index) =>
        index.tokenizer === 'splitByNonAlpha' &&
        index.expression.replaceAll(/[`\s]/g, '') === `lowerUTF8(${column})`,
    );
    if (!indexed) return { hasPhrase: false, hasAllTokens: false };
    return engine ?? { hasPhrase: true, hasAllTokens: true };
  }

  private folded(value: string): string {
    return `lowerUTF8(${this.params.bind(value, 'String')})`;
  }

  /** The value as it is stored. */
  private value(operand: Operand): string {
    switch (operand.kind) {
      case 'column':
        return quoteName(operand.name);
      case 'element':
        return `x${operand.depth}`;
      case 'mapValue':
        return operand.materialized === undefined
          ? `${this.value(operand.map)}[${this.params.bind(operand.key, 'String')}]`
          : quoteName(operand.materialized);
      case 'jsonPath':
        return `getSubcolumn(${this.value(operand.json)}, ${this.params.bind(operand.path, 'String')})`;
      case 'jsonText':
        return `JSONExtract(${this.value(operand.text)}, ${this.path(operand.path)}, 'Nullable(String)')`;
    }
  }

  private path(path: readonly string[]): string {
    return path.map((step) => this.params.bind(step, 'String')).join(', ');
  }

  /** The value as text. */
  private textOf(operand: Operand): string {
    const value = this.value(operand);
    const { kind } = operand.type;
    if (kind === 'string') return value;
    return kind === 'fixedString' ? `toStringCutToZero(${value})` : `toString(${value})`;
  }

  private present(operand: Operand): string {
    const { type } = operand;
    if (operand.kind === 'mapValue') return this.mapContains(operand);
    if (operand.kind === 'jsonText')
      return `JSONHas(${this.value(operand.text)}, ${this.path(operand.path)})`;
    const value = this.value(operand);
    if (type.kind === 'array') return `notEmpty(${value})`;
    if (type.kind === 'string' || type.kind === 'fixedString')
      return twoValued(`notEmpty(${this.textOf(operand)})`, type.nullable);
    return type.nullable ? `isNotNull(${value})` : '1';
  }

  private mapContains(operand: Operand & { kind: 'mapValue' }): string {
    return `mapContains(${this.value(operand.map)}, ${this.params.bind(operand.key, 'String')})`;
  }

  private onOperand(predicate: OperandPredicate): string {
    const { operand } = predicate;
    const items = predicate.kind === 'equals' ? this.item(operand, predicate.value) : undefined;
    if (items !== undefined) return items;
    const nullable =
      operand.type.nullable || literalsOf(predicate).some((value) => mayBeNull(value, operand));
    const test = twoValued(this.test(predicate), nullable);
    if (operand.kind !== 'mapValue' || operand.materialized !== undefined) return test;
    const empty =
      predicate.kind === 'equals' && predicate.value.kind === 'string' && !predicate.value.value;
    // A key that is absent reads as '' or 0: equal to '' on purpose, but never to 0 or below 5.
    return empty ? test : `${this.mapContains(operand)} AND ${test}`;
  }

  /** Equality of a map's value by its `key=value` item, which the index answers alone. */
  private item(operand: Operand, value: Literal): string | undefined {
    if (operand.kind !== 'mapValue' || operand.materialized !== undefined) return undefined;
    if (operand.items === undefined || value.kind !== 'string') return undefined;
    if (operand.type.kind !== 'string' || operand.type.nullable) return undefined;
    const item = this.params.bind(`${operand.key}=${value.value}`, 'String');
    const has = `has(${quoteName(operand.items)}, ${item})`;
    // With another = in it, the item may belong to another key.
    const ambiguous = operand.key.includes('=') || value.value.includes('=');
    const exact = ambiguous
      ? `${has} AND ${this.value(operand)} = ${this.params.bind(value.value, 'String')}`
      : has;
    return value.value === '' ? `(${exact} OR NOT ${this.mapContains(operand)})` : exact;
  }

  private test(predicate: OperandPredicate): string {
    const { operand } = predicate;
    switch (predicate.kind) {
      case 'like':
        return `lowerUTF8(${this.textOf(operand)}) LIKE ${this.folded(likePattern(predicate.pattern))}`;
      case 'equals':
        return `${this.side(operand, predicate.value)} = ${this.literal(predicate.value, operand)}`;
      case 'compare':
        return this.comparison(operand, predicate.operator, predicate.value);
      case 'range':
        return this.range(predicate);
    }
  }

  private range({ operand, lower, upper }: RangePredicate): string {
    const tests: string[] = [];
    if (lower) tests.push(this.comparison(operand, lower.inclusive ? '>=' : '>', lower.value));
    if (upper) tests.push(this.comparison(operand, upper.inclusive ? '<=' : '<', upper.value));
    return tests.join(' AND ');
  }

  private comparison(operand: Operand, operator: string, value: Literal): string {
    const test = `${this.side(operand, value)} ${operator} ${this.literal(value, operand)}`;
    if (value.kind !== 'float' || operand.type.kind !== 'dynamic' || operand.kind !== 'jsonPath')
      return test;
    return `match(dynamicType(${this.value(operand)}), '^(U?Int|Float|Decimal)') AND ${test}`;
  }

  /** The operand in the form that compares with such a literal. */
  private side(operand: Operand, value: Literal): string {
    if (operand.type.kind === 'date') return `toDateTime64(${this.value(operand)}, 3, 'UTC')`;
    if (!isTextual(operand.type)) return this.value(operand);
    if (value.kind === 'float') return `toFloat64OrNull(${this.textOf(operand)})`;
    return value.kind === 'string' ? this.textOf(operand) : this.value(operand);
  }

  private literal(value: Literal, operand: Operand): string {
    const { kind } = operand.type;
    switch (value.kind) {
      case 'string':
        return this.params.bind(value.value, 'String');
      case 'bool':
        return this.params.bind(String(value.value), 'Bool');
      case 'uuid':
        return `toUUIDOrNull(${this.params.bind(value.value, 'String')})`;
      case 'ip4':
        return `toIPv4OrNull(${this.params.bind(value.value, 'String')})`;
      case 'ip6':
        return `toIPv6OrNull(${this.params.bind(value.value, 'String')})`;
      case 'time':
        return `parseDateTime64BestEffort(${this.params.bind(timeText(value.ns), 'String')}, 9, 'UTC')`;
      case 'float':
      case 'integer':
        // Comparing a Decimal with a wide integer overflows in ClickHouse; with a float it does not.
        if (kind === 'float32') return this.params.bind(value.value, 'Float32');
        if (kind === 'decimal' || value.kind === 'float')
          return this.params.bind(value.value, 'Float64');
        return this.params.bind(value.value, integerType(value.value));
    }
  }
}

/** Equality with an element of an array of strings, which `has` asks and a text index answers. */
const isPlainElement = (
  array: Operand,
  item: Predicate,
): item is Extract<Predicate, { kind: 'equals' }> & { value: { kind: 'string' } } =>
  item.kind === 'equals' &&
  item.operand.kind === 'element' &&
  item.value.kind === 'string' &&
  array.type.kind === 'array' &&
  array.type.element.kind === 'string' &&
  !array.type.element.nullable;

/** AND binds before OR; in an OR, brackets only help the reader. */
const needsBrackets = (within: 'and' | 'or', item: Predicate, sql: string): boolean =>
  within === 'and' ? item.kind === 'or' : item.kind === 'and' || sql.includes(' AND ');

const twoValued = (sql: string, nullable: boolean): string =>
  nullable ? `ifNull(${sql}, 0)` : sql;

function literalsOf(predicate: OperandPredicate): readonly Literal[] {
  if (predicate.kind === 'like') return [];
  if (predicate.kind !== 'range') return [predicate.value];
  return [predicate.lower, predicate.upper].flatMap((bound) => (bound ? [bound.value] : []));
}

/** Comparisons that go through a function that answers NULL for what it cannot read. */
const mayBeNull = (value: Literal, operand: Operand): boolean =>
  value.kind === 'float'
    ? isTextual(operand.type)
    : value.kind === 'uuid' || value.kind === 'ip4' || value.kind === 'ip6';

const separator = '[\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]';

/** `hasPhrase` as a regular expression: the words whole, with nothing but separators between. */
const phrasePattern = (text: string): string =>
  `(^|${separator})${wordSequence(text).join(`${separator}+`)}($|${separator})`;

/** Wildcards as `%`; the rest of the pattern literally. */
const likePattern = (pattern: Pattern): string =>
  pattern.map((literal) => literal.replaceAll(/[\\%_]/g, '\\$&')).join('%');

function integerType(digits: string): string {
  const value = BigInt(digits);
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return 'Int64';
  return value >= 0n && value < 2n ** 64n ? 'UInt64' : 'Int256';
}

const timeText = (ns: bigint): string => renderInstant(ns).slice(0, -1).replace('T', ' ');
