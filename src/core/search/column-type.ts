/** A ClickHouse type as search sees it: what can be asked of a value of that type. */
export type ColumnType = { readonly text: string; readonly nullable: boolean } & (
  | { readonly kind: 'string' | 'fixedString' | 'enum' | 'uuid' | 'ip4' | 'ip6' | 'otherText' }
  | { readonly kind: 'integer' | 'float32' | 'float64' | 'decimal' | 'bool' }
  | { readonly kind: 'date' | 'time' }
  | { readonly kind: 'dynamic' }
  | { readonly kind: 'array'; readonly element: ColumnType }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: 'json'; readonly typedPaths: ReadonlyMap<string, ColumnType> }
  | { readonly kind: 'tuple' | 'unsearchable' }
);

type ScalarKind = Exclude<ColumnType['kind'], 'array' | 'map' | 'json'>;

const scalars: readonly (readonly [RegExp, ScalarKind])[] = [
  [/^String$/, 'string'],
  [/^FixedString$/, 'fixedString'],
  [/^Enum(8|16)?$/, 'enum'],
  [/^UUID$/, 'uuid'],
  [/^IPv4$/, 'ip4'],
  [/^IPv6$/, 'ip6'],
  [/^Time(64)?$/, 'otherText'],
  [/^U?Int(8|16|32|64|128|256)$/, 'integer'],
  [/^(Float32|BFloat16)$/, 'float32'],
  [/^Float64$/, 'float64'],
  [/^Decimal(32|64|128|256)?$/, 'decimal'],
  [/^Bool$/, 'bool'],
  [/^Date(32)?$/, 'date'],
  [/^DateTime(32|64)?$/, 'time'],
  [/^(Dynamic|Variant)$/, 'dynamic'],
  [/^(Tuple|Nested)$/, 'tuple'],
];

/**
 * Reads a type as `system.columns` writes it. Wrappers that do not change what can be asked
 * (LowCardinality, SimpleAggregateFunction) vanish; what search cannot read is `unsearchable`.
 */
export function parseColumnType(text: string): ColumnType {
  const { head, args } = splitType(text.trim());
  const inner = args.at(-1);
  if (head === 'Nullable' && inner) return { ...parseColumnType(inner), nullable: true };
  if ((head === 'LowCardinality' || head === 'SimpleAggregateFunction') && inner)
    return parseColumnType(inner);
  const base = { text: text.trim(), nullable: false };
  if (head === 'Array' && inner) return { ...base, kind: 'array', element: parseColumnType(inner) };
  if (head === 'Map' && args[0] && args[1])
    return {
      ...base,
      kind: 'map',
      key: parseColumnType(args[0]),
      value: parseColumnType(args[1]),
    };
  if (head === 'JSON') return { ...base, kind: 'json', typedPaths: typedPaths(args) };
  const kind = scalars.find(([pattern]) => pattern.test(head))?.[1] ?? 'unsearchable';
  // Dynamic and Variant hold NULL without saying Nullable.
  return { ...base, nullable: kind === 'dynamic', kind };
}

/** `Map(String, Array(UInt8))` -> head `Map`, args `String` and `Array(UInt8)`. */
function splitType(text: string): { head: string; args: string[] } {
  const open = text.indexOf('(');
  if (open < 0 || !text.endsWith(')')) return { head: text, args: [] };
  const args: string[] = [];
  let depth = 0;
  let from = open + 1;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const character = text[at] as string;
    if (quote) {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '`') quote = character;
    else if (character === '(') depth++;
    else if ((character === ',' && depth === 1) || (character === ')' && --depth === 0)) {
      args.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return { head: text.slice(0, open), args };
}

/** `JSON(a.b UInt32, SKIP c, max_dynamic_paths=8)`: the paths with a declared type. */
function typedPaths(args: readonly string[]): ReadonlyMap<string, ColumnType> {
  const paths = new Map<string, ColumnType>();
  for (const arg of args) {
    const match = /^((?:`(?:[^`\\]|\\.)*`|[^\s`])+)\s+(\S.*)$/s.exec(arg);
    if (match && match[1] !== 'SKIP')
      paths.set((match[1] ?? '').replaceAll('`', ''), parseColumnType(match[2] ?? ''));
  }
  return paths;
}

/** Types whose values are looked at as text. */
export const isTextual = (type: ColumnType): boolean =>
  ['string', 'fixedString', 'enum', 'uuid', 'ip4', 'ip6', 'otherText', 'dynamic'].includes(
    type.kind,
  );

export const isNumeric = (type: ColumnType): boolean =>
  ['integer', 'float32', 'float64', 'decimal'].includes(type.kind);
