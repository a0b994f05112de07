import { expect, test } from 'vitest';
import { decodeOtlp } from './index.ts';
import { disagreement, rowsOf, testOptions } from './testing/disagreement.ts';
import { oracle } from './testing/oracle.ts';
import { varint } from './testing/wire-tree.ts';

/** Protobuf by hand: numbers are bytes, text is UTF-8, `field` puts a length before. */
type Part = number | string | Uint8Array;
const join = (...parts: Part[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : Buffer.from(part))),
  );
const field = (number: number, ...parts: Part[]): Uint8Array => {
  const body = join(...parts);
  return join(varint(number * 8 + 2), varint(body.length), body);
};
const scope = (...records: Part[]) => field(1, field(2, ...records));
const request = (...record: Part[]) => scope(field(2, ...record));
const text = (value: string) => field(1, value);
const attribute = (key: string, ...value: Part[]) => field(6, field(1, key), field(2, ...value));
/** Where the record begins in `request`, as long as it is shorter than 122 bytes. */
const recordAt = 6;

test('malformed protobuf: what and where', () => {
  const check = (bytes: Uint8Array, message: string, offset: number | undefined) => {
    const result = decodeOtlp('logs', bytes, testOptions);
    expect(result.ok ? 'accepted' : [result.error.message, result.error.offset]).toEqual([
      message,
      offset,
    ]);
    expect(oracle('logs', bytes, testOptions), message).toBeUndefined();
  };
  check(join(0x00), 'field number 0', 1);
  check(join(0x0a), 'a varint is cut off', 1);
  check(join(0x0a, 5), 'a length of 5 passes the end of its message', 1);
  check(join(0x0a, 0x80), 'a varint is cut off', 1);
  check(join(0x80), 'a varint is cut off', 0);
  check(
    join(0x12, ...new Array<number>(9).fill(0xff), 1),
    'a length of more than 32 bits passes the end of its message',
    1,
  );
  check(
    join(0x12, ...new Array<number>(9).fill(0x80), 0x3e),
    'a length of more than 32 bits passes the end of its message',
    1,
  );
  check(
    join(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f),
    'a length of 4294967295 passes the end of its message',
    1,
  );
  check(join(0x10, ...new Array<number>(10).fill(0x80), 1), 'a varint is longer than 10 bytes', 1);
  check(join(0xff, 0xff, 0xff, 0xff, 0x1f, 0), 'a tag does not fit 32 bits', 0);
  check(join(0x0e), 'wire type 6', 1);
  check(join(0x0f), 'wire type 7', 1);
  check(join(0x14), 'the end of a group that was not begun', 1);
  check(join(0x13), 'a group is not ended', 1);
  check(join(0x13, 0x1c), 'the end of a group that was not begun', 2);
  check(join(0x13, 0x08), 'a varint is cut off', 2);
  check(join(0x11, 1, 2, 3), 'a 64-bit value is cut off', 1);
  check(join(0x15, 1, 2, 3), 'a 32-bit value is cut off', 1);
  check(request(0x09, 1, 2), 'a 64-bit value is cut off', recordAt + 1);
  check(request(field(3, 0xff)), 'a string is not UTF-8', recordAt + 2);
  check(request(field(3, 0xff), field(3, 'ok')), 'a string is not UTF-8', recordAt + 2);
  check(request(field(5, field(1, 0xc0, 0x80))), 'a string is not UTF-8', recordAt + 4);
  check(request(field(5, field(1, 0xed, 0xa0, 0x80))), 'a string is not UTF-8', recordAt + 4);
  check(request(field(5, field(1, 0xf4, 0x90, 0x80, 0x80))), 'a string is not UTF-8', recordAt + 4);
  check(request(field(5, field(1, 0xe2, 0x82))), 'a string is not UTF-8', recordAt + 4);
  check(request(field(5, field(1, 0xff), 0x10, 1)), 'a string is not UTF-8', recordAt + 4);
  check(request(attribute('\0', field(1, 0xff))), 'a string is not UTF-8', recordAt + 9);
  // What another case of a value supersedes must be well-formed, lists and maps too.
  const badList = field(5, field(1, field(1, 0xff)));
  const badMap = field(6, field(1, field(1, 0xff)));
  check(request(field(5, badList, text('x'))), 'a string is not UTF-8', recordAt + 8);
  check(request(field(5, badMap, 0x10, 1)), 'a string is not UTF-8', recordAt + 8);
  check(request(field(5, badMap, field(5))), 'a string is not UTF-8', recordAt + 8);
  check(request(attribute('k', badList, 0x10, 1)), 'a string is not UTF-8', recordAt + 13);
  // Each piece of a submessage must end where a field ends.
  check(request(field(5, 0x18), field(5, 5)), 'a varint is cut off', recordAt + 3);
  check(
    request(field(5, 0x0a, 2, 'a'), field(5, 'b')),
    'a length of 2 passes the end of its message',
    recordAt + 3,
  );
  check(request(field(6, field(2, 0x18), field(2, 5))), 'a varint is cut off', recordAt + 5);
  // A record that is refused for its time must be well-formed all the same.
  const late = join(0x09, 0, 0, 0, 0, 0, 0, 0, 0x80);
  check(request(late, field(3, 0xff)), 'a string is not UTF-8', recordAt + 11);
  check(request(late, field(5, field(1, 0xff))), 'a string is not UTF-8', recordAt + 13);
});

test('well-formed, however unusual', () => {
  const check = (bytes: Uint8Array, column: string, expected: unknown) => {
    const result = decodeOtlp('logs', bytes, testOptions);
    if (!result.ok) throw new Error(`${result.error.message} at ${result.error.offset}`);
    expect(rowsOf(result.value).otel_logs?.[0]?.[column]).toEqual(expected);
    expect(disagreement('logs', bytes, oracle('logs', bytes, testOptions))).toBeUndefined();
  };
  const severity = field(3, 'x');
  // Unknown fields of every wire type, groups in groups.
  check(request(0xa0, 6, 0xff, 1, severity), 'SeverityText', 'x');
  check(request(0xa1, 6, 1, 2, 3, 4, 5, 6, 7, 8, severity), 'SeverityText', 'x');
  check(request(0xa2, 6, 1, 0xff, severity), 'SeverityText', 'x');
  check(request(0xa5, 6, 1, 2, 3, 4, severity), 'SeverityText', 'x');
  check(request(0xa3, 6, 0x13, 0x14, 0x10, 1, 0xa4, 6, severity), 'SeverityText', 'x');
  // A known field with another wire type is an unknown field.
  check(request(severity, 0x18, 5), 'SeverityText', 'x');
  check(request(0x0a, 1, 0xff, severity), 'SeverityText', 'x');
  check(request(field(2, 'abc'), severity), 'SeverityNumber', 0);
  // The last value counts; what is absent is empty.
  check(request(severity, field(3, 'y')), 'SeverityText', 'y');
  check(request(severity, field(3, '')), 'SeverityText', '');
  // Varints with needless bytes, and with bits past 32 and past 64.
  check(request(0x10, 0x89, 0x80, 0x00), 'SeverityNumber', 9);
  check(request(0x10, 0x89, 0x80, 0x80, 0x80, 0x10), 'SeverityNumber', 9);
  check(join(0x0a, 0x87, 0x80, 0x00, field(2, field(2, severity))), 'SeverityText', 'x');
  check(request(field(5, 0x18, ...new Array<number>(9).fill(0xff), 0x7f)), 'Body', '-1');
  check(request(field(5, 0x10, ...new Array<number>(9).fill(0x80), 1)), 'Body', 'true');
  // Of a value's cases the last counts, equal ones merge, pieces merge.
  check(request(field(5, text('a'), 0x18, 5)), 'Body', '5');
  check(request(field(5, 0x18, 5, text('a'))), 'Body', 'a');
  check(request(field(5, text('a')), field(5, text('b'))), 'Body', 'b');
  check(request(field(5, text('a')), field(5)), 'Body', 'a');
  const list = (...values: string[]) => field(5, ...values.map((value) => field(1, text(value))));
  check(request(field(5, list('a'), list('b'))), 'Body', '["a","b"]');
  check(request(field(5, list('a')), field(5, list('b'))), 'Body', '["a","b"]');
  check(request(field(5, list('a'), text('x'), list('b'))), 'Body', '["b"]');
  check(request(field(5, list('a'), field(6))), 'Body', '{}');
  // Attributes: value before key, no value, no key, pieces of a value, equal keys.
  check(request(field(6, field(2, text('v')), field(1, 'k'))), 'LogAttributes', [['k', 'v']]);
  check(request(field(6, field(1, 'k'))), 'LogAttributes', [['k', '']]);
  check(request(field(6)), 'LogAttributes', [['', '']]);
  check(request(attribute('k')), 'LogAttributes', [['k', '']]);
  check(
    request(field(6, field(1, 'k'), field(2, list('a')), field(2, list('b')))),
    'LogAttributes',
    [['k', '["a","b"]']],
  );
  check(
    request(attribute('k', text('1')), attribute('l', text('2')), attribute('k', text('3'))),
    'LogAttributes',
    [
      ['l', '2'],
      ['k', '3'],
    ],
  );
  const many = Array.from({ length: 100 }, (_, i) => attribute(`k${i % 60}`, 0x18, i));
  check(request(...many), 'LogAttributes', [
    ...Array.from({ length: 20 }, (_, i) => [`k${40 + i}`, `${40 + i}`]),
    ...Array.from({ length: 40 }, (_, i) => [`k${i}`, `${60 + i}`]),
  ]);
  // A resource after its records, and in pieces.
  const service = (name: string) =>
    field(1, field(1, field(1, 'service.name'), field(2, text(name))));
  check(field(1, field(2, field(2, severity)), service('late')), 'ServiceName', 'late');
  check(
    field(1, service('a'), field(2, field(2, severity)), service('b'), field(1, 0x10, 7)),
    'ServiceName',
    'b',
  );
});

test('the nesting of values is bounded', () => {
  const nested = (depth: number): Uint8Array => {
    let value: Uint8Array = text('x');
    for (let i = 0; i < depth; i++) value = field(5, field(1, value));
    return request(field(5, value));
  };
  const groups = (depth: number) =>
    Buffer.concat([Buffer.alloc(depth, 0x13), Buffer.alloc(depth, 0x14)]);
  const check = (bytes: Uint8Array, expected: boolean) => {
    const result = decodeOtlp('logs', bytes, testOptions);
    expect(result.ok ? true : result.error.message).toBe(
      expected || 'messages nest deeper than 100',
    );
    expect(oracle('logs', bytes, testOptions) !== undefined).toBe(expected);
  };
  // Request, resource, scope, record and value are five levels; each list takes two more.
  check(nested(47), true);
  check(nested(48), false);
  check(groups(99), true);
  check(groups(100), false);
  const deep = decodeOtlp('logs', groups(1_000_000), testOptions);
  expect(deep.ok).toBe(false);
});

test('metrics: repeated numbers packed, not packed and mixed', () => {
  const eight = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];
  const time = join(0x19, 0, 0, 0, 0, 0, 0, 0, 0x10);
  const metric = (kind: number, ...point: Part[]) => request(field(kind, field(1, time, ...point)));
  const check = (
    bytes: Uint8Array,
    table: 'histogram' | 'exponential_histogram',
    column: string,
    expected: unknown,
  ) => {
    const result = decodeOtlp('metrics', bytes, testOptions);
    if (!result.ok) throw new Error(result.error.message);
    expect(rowsOf(result.value)[`otel_metrics_${table}`]?.[0]?.[column]).toEqual(expected);
    expect(disagreement('metrics', bytes, oracle('metrics', bytes, testOptions))).toBeUndefined();
  };
  const histogram = (...point: Part[]) => metric(9, ...point);
  check(histogram(field(6, ...eight(1), ...eight(2))), 'histogram', 'BucketCounts', [1n, 2n]);
  check(histogram(0x31, ...eight(1), 0x31, ...eight(2)), 'histogram', 'BucketCounts', [1n, 2n]);
  check(histogram(0x31, ...eight(1), field(6, ...eight(2))), 'histogram', 'BucketCounts', [1n, 2n]);
  check(histogram(field(6)), 'histogram', 'BucketCounts', []);
  const exponential = (...buckets: Part[]) => metric(10, field(8, ...buckets));
  const positive = 'PositiveBucketCounts';
  check(exponential(field(2, 1, 0x80, 1)), 'exponential_histogram', positive, [1n, 128n]);
  check(exponential(0x10, 1, field(2, 2), 0x10, 3), 'exponential_histogram', positive, [
    1n,
    2n,
    3n,
  ]);
  check(exponential(0x08, 3), 'exponential_histogram', 'PositiveOffset', -2);
  const pieces = metric(10, field(8, 0x08, 3, 0x10, 1), field(8, 0x10, 2));
  check(pieces, 'exponential_histogram', 'PositiveOffset', -2);
  check(pieces, 'exponential_histogram', positive, [1n, 2n]);
  const bad = decodeOtlp('metrics', histogram(field(6, 1, 2, 3)), testOptions);
  expect(bad.ok).toBe(false);
});

test('metrics: of several kinds of data the last counts, and all are checked', () => {
  const time = (seconds: number) => join(0x19, 0, 0, 0, 0, 0, 0, 0, seconds);
  const points = (kind: number, ...times: number[]) =>
    field(kind, ...times.map((each) => field(1, time(each))));
  const [gauge, sum] = [5, 7];
  const check = (metric: Uint8Array, expected: Partial<Record<'gauge' | 'sum', number>>) => {
    const result = decodeOtlp('metrics', request(metric), testOptions);
    if (!result.ok) throw new Error(result.error.message);
    const rows = rowsOf(result.value);
    expect(rows.otel_metrics_gauge?.length).toBe(expected.gauge);
    expect(rows.otel_metrics_sum?.length).toBe(expected.sum);
    const bytes = request(metric);
    expect(disagreement('metrics', bytes, oracle('metrics', bytes, testOptions))).toBeUndefined();
  };
  check(points(gauge, 1, 2), { gauge: 2 });
  check(join(points(gauge, 1), points(gauge, 2)), { gauge: 2 });
  check(join(points(gauge, 1), points(sum, 2, 3)), { sum: 2 });
  check(join(points(gauge, 1), points(sum, 2), points(gauge, 3)), { gauge: 1 });
  check(join(points(gauge, 1), points(sum)), {});
  const broken = field(gauge, field(1, 0x19, 1, 2));
  const result = decodeOtlp('metrics', request(broken, points(sum, 1)), testOptions);
  expect(result.ok ? 'accepted' : result.error.message).toBe('a 64-bit value is cut off');
});
