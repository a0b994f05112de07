import { err, ok, type Result } from '../../../base/result.ts';
import { type ColumnType, isTextual, parseColumnType } from '../column-type.ts';
import type { Operand } from '../query-ir.ts';
import { type SearchTable, searchLimits } from '../search-table.ts';
import { fieldAliases } from './field-aliases.ts';
import { shortened } from './shortened.ts';
import { nearestNames } from './suggestion.ts';

/** Where a field's values are. */
export interface ResolvedField {
  readonly operand: Operand;
  /** An array of maps; `operand` is then a value inside its element of depth 0. */
  readonly through?: Operand;
  /** The column that a short name stood for. */
  readonly aliasOf?: string;
}

/** Why a name is no field; `unknown` names may still be text. */
export interface FieldProblem {
  readonly kind: 'unknown' | 'unsearchable';
  readonly message: string;
}

/**
 * Finds what a field's name means in a table: a column; or a column and, after a dot, a map's key,
 * a JSON path, or a path in a String column that holds JSON; or a short name.
 */
export function resolveField(
  name: string,
  table: SearchTable,
): Result<ResolvedField, FieldProblem> {
  const direct = resolveName(name, table);
  if (direct) return direct;
  const dot = name.indexOf('.');
  const aliasOf = dot < 0 && Object.hasOwn(fieldAliases, name) ? fieldAliases[name] : undefined;
  const aliased = aliasOf === undefined ? undefined : resolveName(aliasOf, table);
  if (aliased?.ok && aliasOf) return ok({ ...aliased.value, aliasOf });
  return err({ kind: 'unknown', message: unknownField(name, table) });
}

function resolveName(
  name: string,
  table: SearchTable,
): Result<ResolvedField, FieldProblem> | undefined {
  const exact = columnOperand(name, table);
  if (exact) return ok({ operand: exact });
  // The shortest prefix that is a column: what follows it may hold dots of its own.
  for (let dot = name.indexOf('.', 1); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const column = columnOperand(name.slice(0, dot), table);
    const rest = name.slice(dot + 1);
    if (column) return rest === '' ? undefined : resolvePath(column, rest, table);
  }
  return undefined;
}

function columnOperand(name: string, table: SearchTable): Operand | undefined {
  const column = table.columns.find((each) => each.name === name);
  if (!column) return undefined;
  return { kind: 'column', name, label: name, type: parseColumnType(column.type) };
}

function resolvePath(
  column: Operand,
  path: string,
  table: SearchTable,
): Result<ResolvedField, FieldProblem> {
  const { type } = column;
  const label = `${column.label}.${path}`;
  if (type.kind === 'array' && type.element.kind === 'map') {
    const element: Operand = {
      kind: 'element',
      depth: 0,
      type: type.element,
      label: column.label,
    };
    const operand = valueAt(element, path, table);
    if (operand) return ok({ operand, through: column });
  }
  const operand = valueAt(column, path, table);
  if (operand) return ok({ operand });
  if (type.kind === 'map')
    return err({
      kind: 'unsearchable',
      message: `the keys of ${column.label} are no text but ${type.key.text}: use SQL`,
    });
  const declared = table.columns.find((each) => each.name === column.label)?.type;
  const steps = path.split('.');
  if (declared === 'String' && steps.length > searchLimits.maxPathSteps)
    return err({
      kind: 'unsearchable',
      message: `a path in ${column.label} may be ${searchLimits.maxPathSteps} steps deep`,
    });
  if (declared === 'String')
    return ok({
      operand: {
        kind: 'jsonText',
        text: column,
        path: steps,
        label,
        type: { kind: 'string', text: 'String', nullable: true },
      },
    });
  return err({
    kind: 'unsearchable',
    message: `${column.label} is of type ${declared}: it has no fields inside, so ${label} cannot be searched`,
  });
}

/** The value under `path` in a map or a JSON column. */
function valueAt(root: Operand, path: string, table: SearchTable): Operand | undefined {
  const { type } = root;
  const label = `${root.label}.${path}`;
  if (type.kind === 'map') {
    if (!isTextual(type.key)) return undefined;
    const column = root.kind === 'column' ? root.name : '';
    const items = own(table.itemsOf, column);
    const materialized = own(own(table.materializedKeys, column) ?? {}, path);
    return {
      kind: 'mapValue',
      map: root,
      key: path,
      label,
      type: type.value,
      ...(items !== undefined && { items }),
      ...(materialized !== undefined && { materialized }),
    };
  }
  if (type.kind === 'json')
    return {
      kind: 'jsonPath',
      json: root,
      path,
      label,
      type: type.typedPaths.get(path) ?? dynamic,
    };
  return undefined;
}

const dynamic: ColumnType = { kind: 'dynamic', text: 'Dynamic', nullable: true };

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** What to tell of a name that no column has, with what it may have meant. */
export function unknownField(name: string, table: SearchTable): string {
  const message = `${shortened(name)} is not a column of ${table.name}.`;
  if (name.length > 200) return message;
  const columns = table.columns.map((column) => column.name);
  const [head = '', ...rest] = name.split('.');
  const near = nearestNames(name, columns);
  const inside =
    rest.length > 0 ? nearestNames(head, columns).map((each) => [each, ...rest].join('.')) : [];
  const asKey = table.columns
    .filter((column) => column.kind === 'stored' && parseColumnType(column.type).kind === 'map')
    .map((column) => `${column.name}.${name}`)
    .sort((a, b) => preference(a) - preference(b))
    .slice(0, 3);
  const meant = inside.length > 0 ? inside : near;
  if (meant.length > 0 && asKey[0])
    return `${message} Did you mean ${orList(meant)}? An attribute is written ${asKey[0]}.`;
  const any = meant.length > 0 ? meant : asKey;
  return any.length > 0 ? `${message} Did you mean ${orList(any)}?` : message;
}

/** A record's own attributes come before those of its resource and scope. */
const preference = (label: string): number =>
  /^(Log|Span)Attributes\b/.test(label) ? 0 : label.startsWith('Resource') ? 1 : 2;

const orList = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
