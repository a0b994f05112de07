import { type ColumnType, isTextual } from '../column-type.ts';
import { floorDivide, renderInstant } from '../instants.ts';
import type { Literal, Operand } from '../query-ir.ts';
import { textSql, valueSql } from './operand-sql.ts';
import type { Parameters } from './parameters.ts';

/** `=`, `<`, `<=`, `>` or `>=` between an operand and a typed literal. */
export function comparisonSql(
  operand: Operand,
  operator: string,
  value: Literal,
  params: Parameters,
): string {
  if (value.kind === 'time') return timeSql(operand, operator, value.ns, params);
  const test = `${sideSql(operand, value, params)} ${operator} ${literalSql(value, operand, params)}`;
  if (value.kind !== 'float' || operand.type.kind !== 'dynamic' || operand.kind !== 'jsonPath')
    return test;
  // In JSON, "12" is text: only numbers compare with numbers.
  return `match(dynamicType(${valueSql(operand, params)}), '^(U?Int|Float|Decimal)') AND ${test}`;
}

/** Whether the comparison goes through a function that answers NULL for what it cannot read. */
export const mayBeNull = (value: Literal, operand: Operand): boolean =>
  value.kind === 'float'
    ? isTextual(operand.type)
    : value.kind === 'uuid' || value.kind === 'ip4' || value.kind === 'ip6';

/** The operand in the form that compares with such a literal. */
function sideSql(operand: Operand, value: Literal, params: Parameters): string {
  if (!isTextual(operand.type)) return valueSql(operand, params);
  if (value.kind === 'float') return `toFloat64OrNull(${textSql(operand, params)})`;
  return value.kind === 'string' ? textSql(operand, params) : valueSql(operand, params);
}

function literalSql(
  value: Exclude<Literal, { kind: 'time' }>,
  operand: Operand,
  params: Parameters,
): string {
  switch (value.kind) {
    case 'string':
      return params.bind(value.value, 'String');
    case 'bool':
      return params.bind(String(value.value), 'Bool');
    case 'uuid':
      return `toUUIDOrNull(${params.bind(value.value, 'String')})`;
    case 'ip4':
      return `toIPv4OrNull(${params.bind(value.value, 'String')})`;
    case 'ip6':
      return `toIPv6OrNull(${params.bind(value.value, 'String')})`;
    case 'float':
    case 'integer':
      return params.bind(value.value, numberType(value, operand.type));
  }
}

function numberType(value: Literal & { value: string }, type: ColumnType): string {
  // A Float32 equals only what was rounded as it was.
  if (type.kind === 'float32') return 'Float32';
  // Comparing a Decimal with a wide integer overflows in ClickHouse; with a float it does not.
  if (value.kind === 'float' || type.kind === 'decimal') return 'Float64';
  const exact = BigInt(value.value);
  if (exact >= -(2n ** 63n) && exact < 2n ** 63n) return 'Int64';
  if (exact >= 0n && exact < 2n ** 64n) return 'UInt64';
  return exact < 2n ** 255n ? 'Int256' : 'UInt256';
}

/**
 * Compares at the column's own precision: ClickHouse would widen the column instead, and fail where
 * nanoseconds cannot hold its time.
 */
function timeSql(operand: Operand, operator: string, ns: bigint, params: Parameters): string {
  const scale = timeScale(operand.type);
  const unit = 10n ** BigInt(9 - scale);
  const floor = floorDivide(ns, unit) * unit;
  // Nothing equals a time that the column cannot hold.
  if (operator === '=' && floor !== ns) return '0';
  const up = floor !== ns && (operator === '>=' || operator === '<');
  const text = params.bind(timeText(up ? floor + unit : floor), 'String');
  const value = valueSql(operand, params);
  const side = operand.type.kind === 'date' ? `toDateTime64(${value}, ${scale}, 'UTC')` : value;
  return `${side} ${operator} parseDateTime64BestEffort(${text}, ${scale}, 'UTC')`;
}

/**
 * Decimals of a second to compare at: those of `DateTime64(9)`, but three at least, as
 * parseDateTime64BestEffort with none answers a DateTime, which begins in 1970.
 */
const timeScale = (type: ColumnType): number => {
  const declared = /\bDateTime64\((\d)/.exec(type.text);
  return Math.max(3, Number(declared?.[1] ?? 3));
};

const timeText = (ns: bigint): string => renderInstant(ns).slice(0, -1).replace('T', ' ');
