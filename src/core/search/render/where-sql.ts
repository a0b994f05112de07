import { sqlName } from '../../../base/sql-text.ts';
import { isTextual } from '../column-type.ts';
import type { Literal, Operand, Predicate } from '../query-ir.ts';
import type { SearchTable } from '../search-table.ts';
import { comparisonSql, mayBeNull } from './comparison-sql.ts';
import { mapContainsSql, presentSql, textSql, twoValued, valueSql } from './operand-sql.ts';
import { Parameters } from './parameters.ts';
import { foldedSql, likePattern, wordsSql } from './words-sql.ts';

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
  const params = new Parameters(paramPrefix);
  const sql = predicateSql(predicate, table, params);
  return { sql, params: Object.freeze(params.values) };
}

function predicateSql(predicate: Predicate, table: SearchTable, params: Parameters): string {
  switch (predicate.kind) {
    case 'all':
      return '1';
    case 'none':
      return '0';
    case 'and':
    case 'or':
      return predicate.items
        .map((item) => {
          const sql = predicateSql(item, table, params);
          return needsBrackets(predicate.kind, item, sql) ? `(${sql})` : sql;
        })
        .join(predicate.kind === 'and' ? ' AND ' : ' OR ');
    case 'not':
      return `NOT (${predicateSql(predicate.item, table, params)})`;
    case 'words':
      return wordsSql(predicate, table, params);
    case 'some': {
      const { array, depth, item } = predicate;
      if (isPlainElement(array, item))
        return `has(${valueSql(array, params)}, ${params.bind(item.value.value, 'String')})`;
      return `arrayExists(x${depth} -> ${predicateSql(item, table, params)}, ${valueSql(array, params)})`;
    }
    case 'present':
      return presentSql(predicate.operand, params);
    default:
      return testSql(predicate, params);
  }
}

/** AND binds before OR; in an OR, brackets only help the reader. */
const needsBrackets = (within: 'and' | 'or', item: Predicate, sql: string): boolean =>
  within === 'and' ? item.kind === 'or' : item.kind === 'and' || sql.includes(' AND ');

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

type Test = Extract<Predicate, { kind: 'like' | 'equals' | 'compare' | 'range' }>;

function testSql(test: Test, params: Parameters): string {
  const { operand } = test;
  const literals = literalsOf(test);
  const item = test.kind === 'equals' ? itemSql(operand, test.value, params) : undefined;
  if (item !== undefined) return item;
  const nullable = operand.type.nullable || literals.some((each) => mayBeNull(each, operand));
  const sql = twoValued(bareTestSql(test, params), nullable);
  if (operand.kind !== 'mapValue') return sql;
  // A key that is absent reads as '' or 0: equal to '' on purpose, but never to 0 or below 5.
  const isEmpty = test.kind === 'equals' && test.value.kind === 'string' && test.value.value === '';
  // Where '' fails the test anyway, the materialised column spares reading the map.
  const isPresent =
    operand.materialized !== undefined && isTextual(operand.type) && !holdsForEmptyText(test);
  return isEmpty || isPresent ? sql : `${mapContainsSql(operand, params)} AND ${sql}`;
}

/** Whether the test is true of the text '', as which an absent key reads. */
function holdsForEmptyText(test: Test): boolean {
  // An empty text is no number, UUID or address.
  const text = (value: Literal) => (value.kind === 'string' ? value.value : undefined);
  switch (test.kind) {
    case 'like':
      return test.pattern.every((literal) => literal === '');
    case 'equals':
      return text(test.value) === '';
    case 'compare':
      return text(test.value) === '' ? test.operator.endsWith('=') : isBelow(test);
    case 'range': {
      const { lower, upper } = test;
      const reaches = !lower || (lower.inclusive && text(lower.value) === '');
      return reaches && (!upper || upper.inclusive || text(upper.value) !== '');
    }
  }
}

const isBelow = (test: Test & { kind: 'compare' }): boolean =>
  test.value.kind === 'string' && test.operator.startsWith('<');

function literalsOf(test: Test): readonly Literal[] {
  if (test.kind === 'like') return [];
  if (test.kind !== 'range') return [test.value];
  return [test.lower, test.upper].flatMap((bound) => (bound ? [bound.value] : []));
}

function bareTestSql(test: Test, params: Parameters): string {
  const { operand } = test;
  switch (test.kind) {
    case 'like':
      return `lowerUTF8(${textSql(operand, params)}) LIKE ${foldedSql(likePattern(test.pattern), params)}`;
    case 'equals':
      return comparisonSql(operand, '=', test.value, params);
    case 'compare':
      return comparisonSql(operand, test.operator, test.value, params);
    case 'range': {
      const { lower, upper } = test;
      const tests: string[] = [];
      if (lower)
        tests.push(comparisonSql(operand, lower.inclusive ? '>=' : '>', lower.value, params));
      if (upper)
        tests.push(comparisonSql(operand, upper.inclusive ? '<=' : '<', upper.value, params));
      return tests.join(' AND ');
    }
  }
}

/** Equality of a map's value by its `key=value` item, which the index answers alone. */
function itemSql(operand: Operand, value: Literal, params: Parameters): string | undefined {
  if (operand.kind !== 'mapValue' || operand.materialized !== undefined) return undefined;
  if (operand.items === undefined || value.kind !== 'string') return undefined;
  if (operand.type.kind !== 'string' || operand.type.nullable) return undefined;
  const item = params.bind(`${operand.key}=${value.value}`, 'String');
  const has = `has(${sqlName(operand.items)}, ${item})`;
  // With another = in it, the item may belong to another key.
  const exact =
    operand.key.includes('=') || value.value.includes('=')
      ? `${has} AND ${valueSql(operand, params)} = ${params.bind(value.value, 'String')}`
      : has;
  return value.value === '' ? `(${exact} OR NOT ${mapContainsSql(operand, params)})` : exact;
}
