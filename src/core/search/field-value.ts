import { err, ok, type Result } from '../../base/result.ts';
import { sqlName } from '../../base/sql-text.ts';
import type { Operand } from './query-ir.ts';
import { resolveField } from './resolve/field.ts';
import type { SearchTable } from './search-table.ts';

/** The value of a field as an expression of type String; the field's name travels in `params`. */
export interface FieldValue {
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
  /** Name of the column, where the field is one, or has one of its own. */
  readonly column: string | undefined;
  /** Column and key, where the field is a key of a map. */
  readonly mapKey: { readonly map: string; readonly key: string } | undefined;
}

/**
 * Resolves a field to group or count by. `slot` tells the parameters of several fields apart. The
 * error is a sentence.
 */
export function fieldValue(
  name: string,
  table: SearchTable,
  slot: string,
): Result<FieldValue, string> {
  const resolved = resolveField(name, table);
  if (!resolved.ok) return err(resolved.error.message);
  const { operand } = resolved.value;
  if (operand.kind === 'column') {
    const kind = operand.type.kind;
    if (kind === 'map' || kind === 'json' || kind === 'array' || kind === 'tuple')
      return err(
        `${operand.label} holds many values; name one of its fields, such as ${operand.label}.key`,
      );
    const sql = text(sqlName(operand.name), operand);
    return ok({ sql, params: {}, column: operand.name, mapKey: undefined });
  }
  if (operand.kind === 'mapValue' && operand.map.kind === 'column') {
    const mapKey = { map: operand.map.name, key: operand.key };
    if (operand.materialized !== undefined)
      return ok({
        sql: text(sqlName(operand.materialized), operand),
        params: {},
        column: operand.materialized,
        mapKey,
      });
    const parameter = `castellan_key_${slot}`;
    const sql = text(`${sqlName(mapKey.map)}[{${parameter}:String}]`, operand);
    return ok({ sql, params: { [parameter]: mapKey.key }, column: undefined, mapKey });
  }
  return err(`values of ${operand.label} cannot be counted; use a column or a key of a map`);
}

const text = (sql: string, operand: Operand): string =>
  operand.type.nullable ? `ifNull(toString(${sql}), '')` : `toString(${sql})`;
