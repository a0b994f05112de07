import { type DescMessage, type Message, toJson } from '@bufbuild/protobuf';

/** Ways in which senders write the same OTLP/JSON. */
export interface JsonStyle {
  /** Enums as numbers, as OTLP demands, or as names. */
  readonly enumNumbers: boolean;
  readonly snakeCase: boolean;
  /** 64-bit integers as JSON numbers, or as strings. */
  readonly bareIntegers: boolean;
}

/** A request as OTLP/JSON text: protobuf's JSON, but ids in hex. */
export function otlpJson(schema: DescMessage, message: Message, style: JsonStyle): string {
  const json = toJson(schema, message, {
    enumAsInteger: style.enumNumbers,
    useProtoFieldName: style.snakeCase,
  });
  return write(json, '', style);
}

const ids = /^(trace|span|parent_?span)_?id$/i;
const wide = /nano$|^(int_?value|as_?int|count|zero_?count|bucket_?counts)$/i;

function write(value: unknown, name: string, style: JsonStyle): string {
  if (typeof value === 'string') {
    if (ids.test(name)) return JSON.stringify(Buffer.from(value, 'base64').toString('hex'));
    return style.bareIntegers && wide.test(name) ? value : JSON.stringify(value);
  }
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map((each) => write(each, name, style)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}: ${write(inner, key, style)}`,
  );
  return `{${members.join(', ')}}`;
}
