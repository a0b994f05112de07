import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeOtlp } from './index.ts';
import { arbitraryRequest } from './testing/arbitrary-request.ts';
import { differingRows, rowsOf, testOptions } from './testing/disagreement.ts';
import { expectedRows } from './testing/expected-rows.ts';
import type { Row } from './testing/native-reader.ts';
import { otlpJson } from './testing/otlp-json.ts';
import { requestSchemas, signals } from './testing/schemas.ts';

const options = { ...testOptions, encoding: 'json' } as const;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const decoded = (signal: 'logs' | 'traces' | 'metrics', text: string | Uint8Array) => {
  const result = decodeOtlp(signal, typeof text === 'string' ? bytesOf(text) : text, options);
  if (!result.ok) throw new Error(`${result.error.message} at ${result.error.offset}`);
  return result.value;
};

const style = fc.record({
  enumNumbers: fc.boolean(),
  snakeCase: fc.boolean(),
  bareIntegers: fc.boolean(),
});

test.each(signals)('any request of %s as JSON gives the rows of the message', (signal) => {
  const schema = requestSchemas[signal];
  fc.assert(
    fc.property(arbitraryRequest(signal), style, (message, written) => {
      const text = otlpJson(schema, message, written);
      const expected = expectedRows(signal, message, options);
      expect(differingRows(signal, decoded(signal, text), expected)).toBeUndefined();
    }),
    { numRuns: 100, seed: 20_260_102 },
  );
});

/** The row of one log record given as JSON. */
function log(record: string | Uint8Array): Row {
  const [before, after] = ['{"resourceLogs":[{"scopeLogs":[{"logRecords":[', ']}]}]}'];
  const text =
    typeof record === 'string'
      ? bytesOf(before + record + after)
      : Buffer.concat([bytesOf(before), record, bytesOf(after)]);
  const [row] = rowsOf(decoded('logs', text)).otel_logs ?? [];
  if (!row) throw new Error('no row');
  return row;
}

test('how the values of OTLP/JSON are read', () => {
  const check = (record: string | Uint8Array, column: string, expected: unknown) =>
    expect(log(record)[column], String(record)).toEqual(expected);
  const body = (value: string, expected: string) => check(`{"body":${value}}`, 'Body', expected);

  // 64-bit integers: numbers and strings, exactly.
  check('{"timeUnixNano":"1760000000123456789"}', 'Timestamp', 1_760_000_000_123_456_789n);
  check('{"timeUnixNano":1760000000123456789}', 'Timestamp', 1_760_000_000_123_456_789n);
  check('{"time_unix_nano":1760000000123456789}', 'Timestamp', 1_760_000_000_123_456_789n);
  check('{"timeUnixNano":1.76e18}', 'Timestamp', 1_760_000_000_000_000_000n);
  check('{"timeUnixNano":"1760000000000000001.0"}', 'Timestamp', 1_760_000_000_000_000_001n);
  body('{"intValue":"-9223372036854775808"}', '-9223372036854775808');
  body('{"intValue":9223372036854775807}', '9223372036854775807');
  body('{"intValue":-0}', '0');
  body('{"intValue":1e3}', '1000');
  // Doubles.
  body('{"doubleValue":0.1}', '0.1');
  body('{"doubleValue":-0}', '-0');
  body('{"doubleValue":-0.0}', '-0');
  body('{"doubleValue":1}', '1');
  body('{"doubleValue":"NaN"}', 'NaN');
  body('{"doubleValue":"Infinity"}', 'Infinity');
  body('{"doubleValue":"-Infinity"}', '-Infinity');
  body('{"doubleValue":"2.5"}', '2.5');
  // Text.
  body('{"stringValue":"a\\u00e9\\n\\ud83e\\udd8a"}', 'aé\n🦊');
  body('{"stringValue":"half \\ud83e pair"}', 'half \ufffd pair');
  body('{"stringValue":"\\\\\\""}', '\\"');
  check(Buffer.from('{"body":{"stringValue":"a\xffb"}}', 'latin1'), 'Body', 'a\ufffdb');
  // Bytes.
  body('{"bytesValue":"AQID"}', 'AQID');
  body('{"bytesValue":"_-8"}', '/+8=');
  body('{"bytesValue":""}', '');
  // Nothing.
  body('null', '');
  body('{}', '');
  body('{"stringValue":null}', '');
  // Lists and maps.
  body('{"arrayValue":{"values":[{"intValue":"1"},null,{}]}}', '[1,null,null]');
  body('{"arrayValue":{}}', '[]');
  body('{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}', '{"a":true}');
  // Of several cases the last counts.
  body('{"stringValue":"a","intValue":2}', '2');
  // Bools and enums.
  body('{"boolValue":false}', 'false');
  body('{"boolValue":"true"}', 'true');
  check('{"severityNumber":17}', 'SeverityNumber', 17);
  check('{"severityNumber":"17"}', 'SeverityNumber', 17);
  check('{"severityNumber":"SEVERITY_NUMBER_ERROR"}', 'SeverityNumber', 17);
  // Ids in hex, of either case.
  check(
    '{"traceId":"5B8EFFF798038103D269B633813FC60C"}',
    'TraceId',
    '5b8efff798038103d269b633813fc60c',
  );
  check('{"traceId":""}', 'TraceId', '');
  check('{"traceId":"5b8e"}', 'TraceId', '');
  // Unknown members, whatever they hold.
  check('{"x":{"y":[1,{"z":null}]},"eventName":"e","w":"\\""}', 'EventName', 'e');
});

test('a JSON request that is malformed says what and where', () => {
  const check = (text: string, message: string, offset: number | undefined) => {
    const result = decodeOtlp('logs', bytesOf(text), options);
    if (result.ok) throw new Error(`accepted: ${text}`);
    expect([result.error.message, result.error.offset], text).toEqual([message, offset]);
  };
  const record = (text: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${text}]}]}]}`;
  const at = record('').length - ']}]}]}'.length;

  check('', 'the JSON ends too early', 0);
  check('[]', 'an export request is a JSON object', 0);
  check('{"a":1', '} is expected', 6);
  check('{"a":1,}', 'no JSON value: }', 7);
  check('{"a":tru}', 'no JSON value: t', 5);
  check('{"a":01}', '} is expected', 6);
  check('{"a":-}', 'not a JSON number', 5);
  check('{} {}', 'something follows the JSON value', 3);
  check('{"a":"b', 'a string is not ended', 5);
  check('{"a":"b\u0001"}', 'a control character in a string', 6);
  check('{"a":"é\\x"}', 'a string has an invalid escape', 6);
  check('{"resourceLogs":{}}', '"resourceLogs": an array is expected', 16);
  check('{"resourceLogs":[1]}', '"resourceLogs": an object is expected', 17);
  check('{"resourceLogs":[null]}', '"resourceLogs": an object is expected', 17);
  check(
    record('{"timeUnixNano":"1.5"}'),
    '"timeUnixNano": an unsigned 64-bit integer is expected',
    at + 16,
  );
  check(
    record('{"timeUnixNano":-1}'),
    '"timeUnixNano": an unsigned 64-bit integer is expected',
    at + 16,
  );
  check(
    record('{"timeUnixNano":18446744073709551616}'),
    '"timeUnixNano": an unsigned 64-bit integer is expected',
    at + 16,
  );
  check(
    record(`{"timeUnixNano":1e99999}`),
    '"timeUnixNano": an unsigned 64-bit integer is expected',
    at + 16,
  );
  check(record('{"flags":4294967296}'), '"flags": an unsigned 32-bit integer is expected', at + 9);
  check(record('{"severityText":5}'), '"severityText": a string is expected', at + 16);
  check(
    record('{"severityNumber":"LOUD"}'),
    '"severityNumber": SEVERITY_NUMBER_UNSPECIFIED or one of its kind is expected',
    at + 18,
  );
  check(record('{"traceId":"xyz"}'), '"traceId": hex is expected', at + 11);
  check(record('{"body":{"bytesValue":"A"}}'), '"bytesValue": base64 is expected', at + 22);
  check(record('{"body":{"bytesValue":"A=B="}}'), '"bytesValue": base64 is expected', at + 22);
  check(
    record('{"body":{"doubleValue":"0x10"}}'),
    '"doubleValue": a number is expected that a double can hold',
    at + 23,
  );
  check(
    record('{"body":{"doubleValue":1e999}}'),
    '"doubleValue": a number is expected that a double can hold',
    at + 23,
  );
  check(record('{"body":{"boolValue":1}}'), '"boolValue": true or false is expected', at + 21);
});

test('nesting is bounded in JSON too, and does not exhaust the stack', () => {
  const value = (depth: number): string =>
    `${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":1}${']}}'.repeat(depth)}`;
  const list = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(log(`{"body":${value(40)}}`).Body).toBe(`${'['.repeat(40)}1${']'.repeat(40)}`);
  expect(() => log(`{"body":${value(60)}}`)).toThrow('nest deeper than 100');
  expect(() => log(`{"body":${value(100_000)}}`)).toThrow('nest deeper than 100');
  expect(() => log(`{"unknown":${list(100_000)}}`)).toThrow('nest deeper than 100');
});
