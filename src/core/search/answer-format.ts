import { type AnswerType, parseAnswerType } from './answer-type.ts';

/**
 * How ClickHouse is asked to write values as JSON. What it cannot be asked for (nine decimals in
 * every time, the names of NaN and the infinities) `planAnswerFormat` adds.
 */
export const answerSettings = {
  date_time_output_format: 'iso',
  output_format_json_named_tuples_as_objects: 1,
  output_format_json_map_as_array_of_tuples: 0,
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_64bit_floats: 0,
  output_format_json_quote_decimals: 1,
  output_format_json_quote_denormals: 1,
  output_format_json_escape_forward_slashes: 0,
} as const;

export interface AnswerColumn {
  readonly name: string;
  readonly type: string;
}

type Format = (value: unknown) => unknown;

/** Turns a row as ClickHouse sent it (an array) into one of the API (an object by column name). */
export function planAnswerFormat(
  columns: readonly AnswerColumn[],
): (values: readonly unknown[]) => Record<string, unknown> {
  const plan = columns.map(({ name, type }) => ({ name, format: formatOf(parseAnswerType(type)) }));
  return (values) =>
    Object.fromEntries(
      plan.map(({ name, format }, i) => [name, format?.(values[i]) ?? values[i] ?? null]),
    );
}

/** Names that repeat get a suffix: `n`, `n_2`, `n_3`; one that is taken already is passed over. */
export function distinctNames(columns: readonly AnswerColumn[]): AnswerColumn[] {
  const taken = new Set(columns.map(({ name }) => name));
  const seen = new Set<string>();
  return columns.map(({ name, type }) => {
    let distinct = name;
    for (let i = 2; seen.has(distinct); i++) {
      const next = `${name}_${i}`;
      if (!taken.has(next) && !seen.has(next)) distinct = next;
    }
    seen.add(distinct);
    return { name: distinct, type };
  });
}

/** Undefined where values are right as ClickHouse writes them. */
function formatOf(type: AnswerType): Format | undefined {
  switch (type.name) {
    case 'DateTime':
    case 'DateTime64':
    case 'DateTime32':
      return nineDecimals;
    case 'Float32':
    case 'Float64':
    case 'BFloat16':
      return floatName;
    case 'Dynamic':
    case 'JSON':
    case 'Object':
    case 'Variant':
      return timesWithin;
    case 'Array':
      return formatArray(type);
    case 'Map':
      return formatMap(type);
    case 'Nested':
      return formatNested(type);
    case 'Tuple':
      return formatTuple(type);
    default:
      return type.members[0] ? formatOf(type.members[0].type) : undefined;
  }
}

const instant = /^(-?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

function nineDecimals(value: unknown): unknown {
  const match = typeof value === 'string' ? instant.exec(value) : null;
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(9, '0')}Z` : value;
}

const floatNames: Record<string, string> = {
  nan: 'NaN',
  '-nan': 'NaN',
  inf: 'Infinity',
  '-inf': '-Infinity',
};
const floatName: Format = (value) =>
  typeof value === 'string' ? (floatNames[value] ?? value) : value;

/** Where the type of a value is known only to ClickHouse, times are recognised by their form. */
function timesWithin(value: unknown): unknown {
  if (typeof value === 'string') return nineDecimals(value);
  if (Array.isArray(value)) return value.map(timesWithin);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, timesWithin(each)]));
}

function formatArray(type: AnswerType): Format | undefined {
  const element = type.members[0] && formatOf(type.members[0].type);
  return element && ((value) => (Array.isArray(value) ? value.map(element) : value));
}

function formatMap(type: AnswerType): Format | undefined {
  const [key, value] = type.members.map((member) => formatOf(member.type));
  if (!key && !value) return undefined;
  const formatKey = key ?? ((each) => each);
  const formatValue = value ?? ((each) => each);
  return (map) =>
    map === null || typeof map !== 'object'
      ? map
      : Object.fromEntries(
          Object.entries(map).map(([name, each]) => [String(formatKey(name)), formatValue(each)]),
        );
}

function formatTuple(type: AnswerType): Format | undefined {
  const formats = type.members.map((member) => formatOf(member.type));
  if (formats.every((format) => format === undefined)) return undefined;
  const byName = new Map(type.members.map((member, i) => [member.label, formats[i]]));
  return (value) => {
    if (Array.isArray(value)) return value.map((each, i) => formats[i]?.(each) ?? each);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, byName.get(name)?.(each) ?? each]),
    );
  };
}

/** Nested(a T, b U) is an array of named tuples. */
function formatNested(type: AnswerType): Format | undefined {
  const tuple = formatTuple({ name: 'Tuple', members: type.members });
  return tuple && ((value) => (Array.isArray(value) ? value.map(tuple) : value));
}
