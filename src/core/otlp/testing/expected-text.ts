import type {
  AnyValue,
  KeyValue,
} from '../../../../test/proto/gen/opentelemetry/proto/common/v1/common_pb.js';

/** What an AnyValue is stored as, written without regard to the code under test. */
export function expectedText(value: AnyValue | undefined): string {
  const inner = value?.value;
  switch (inner?.case) {
    case 'stringValue':
      return inner.value;
    case 'boolValue':
      return inner.value ? 'true' : 'false';
    case 'intValue':
      return inner.value.toString();
    case 'doubleValue':
      return Object.is(inner.value, -0) ? '-0' : `${inner.value}`;
    case 'bytesValue':
      return Buffer.from(inner.value).toString('base64');
    case 'arrayValue':
    case 'kvlistValue':
      return json(value);
    default:
      return '';
  }
}

function json(value: AnyValue | undefined): string {
  const inner = value?.value;
  switch (inner?.case) {
    case 'stringValue':
      return JSON.stringify(inner.value);
    case 'doubleValue': {
      const text = expectedText(value);
      return Number.isFinite(inner.value) ? text : `"${text}"`;
    }
    case 'bytesValue':
      return `"${expectedText(value)}"`;
    case 'arrayValue':
      return `[${inner.value.values.map(json).join(',')}]`;
    case 'kvlistValue':
      return `{${lastOfEqualKeys(inner.value.values)
        .map((entry) => `${JSON.stringify(entry.key)}:${json(entry.value)}`)
        .join(',')}}`;
    case 'boolValue':
    case 'intValue':
      return expectedText(value);
    default:
      return 'null';
  }
}

const lastOfEqualKeys = (entries: readonly KeyValue[]): KeyValue[] => {
  const last = new Map(entries.map((entry, i) => [entry.key, i]));
  return entries.filter((entry, i) => last.get(entry.key) === i);
};

/** A map column's value, as pairs. */
export const expectedMap = (entries: readonly KeyValue[]): [string, string][] =>
  lastOfEqualKeys(entries).map((entry) => [entry.key, expectedText(entry.value)]);

export const expectedId = (id: Uint8Array, size: number): string =>
  id.length === size && id.some((byte) => byte !== 0) ? Buffer.from(id).toString('hex') : '';
