import { sqlName } from '../../../base/sql-text.ts';
import type { Operand } from '../query-ir.ts';
import type { Parameters } from './parameters.ts';

/** The value as it is stored. */
export function valueSql(operand: Operand, params: Parameters): string {
  switch (operand.kind) {
    case 'column':
      return sqlName(operand.name);
    case 'element':
      return `x${operand.depth}`;
    case 'mapValue':
      return operand.materialized === undefined
        ? `${valueSql(operand.map, params)}[${params.bind(operand.key, 'String')}]`
        : sqlName(operand.materialized);
    case 'jsonPath':
      return `getSubcolumn(${valueSql(operand.json, params)}, ${params.bind(operand.path, 'String')})`;
    case 'jsonText':
      return `JSONExtract(${valueSql(operand.text, params)}, ${pathSql(operand.path, params)}, 'Nullable(String)')`;
  }
}

const pathSql = (path: readonly string[], params: Parameters): string =>
  path.map((step) => params.bind(step, 'String')).join(', ');

/** The value as text. */
export function textSql(operand: Operand, params: Parameters): string {
  const value = valueSql(operand, params);
  const { kind } = operand.type;
  if (kind === 'string') return value;
  return kind === 'fixedString' ? `toStringCutToZero(${value})` : `toString(${value})`;
}

/** Whether a map has the key at all. */
export const mapContainsSql = (
  operand: Operand & { kind: 'mapValue' },
  params: Parameters,
): string => `mapContains(${valueSql(operand.map, params)}, ${params.bind(operand.key, 'String')})`;

/** Whether there is a value: a key, a path; text, lists that are not empty; what is not NULL. */
export function presentSql(operand: Operand, params: Parameters): string {
  const { type } = operand;
  if (operand.kind === 'mapValue') return mapContainsSql(operand, params);
  if (operand.kind === 'jsonText')
    return `JSONHas(${valueSql(operand.text, params)}, ${pathSql(operand.path, params)})`;
  const value = valueSql(operand, params);
  if (type.kind === 'array') return `notEmpty(${value})`;
  if (type.kind === 'string' || type.kind === 'fixedString')
    return twoValued(`notEmpty(${textSql(operand, params)})`, type.nullable);
  return type.nullable ? `isNotNull(${value})` : '1';
}

/** An expression that is 0 where the given one is NULL. */
export const twoValued = (sql: string, nullable: boolean): string =>
  nullable ? `ifNull(${sql}, 0)` : sql;
