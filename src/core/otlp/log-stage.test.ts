import { inspect } from 'node:util';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ExportLogsServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import type { AnyValueSchema } from '../../../test/proto/gen/opentelemetry/proto/common/v1/common_pb.js';
import type { LogRecordSchema } from '../../../test/proto/gen/opentelemetry/proto/logs/v1/logs_pb.js';
import { decodeOtlp } from './index.ts';
import { rowsOf, testOptions } from './testing/disagreement.ts';

type Value = MessageInitShape<typeof AnyValueSchema>;
type Sent = MessageInitShape<typeof LogRecordSchema>;

const text = (value: string): Value => ({ value: { case: 'stringValue', value } });
const integer = (value: bigint): Value => ({ value: { case: 'intValue', value } });
const map = (entries: Record<string, Value>): Value => ({
  value: {
    case: 'kvlistValue',
    value: { values: Object.entries(entries).map(([key, value]) => ({ key, value })) },
  },
});

const both = { severityInference: true, jsonBodyExpansion: true };

/** The stored row of a record. */
function stored(record: Sent, stages = both) {
  const request = create(ExportLogsServiceRequestSchema, {
    resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }],
  });
  const bytes = toBinary(ExportLogsServiceRequestSchema, request);
  const decoded = decodeOtlp('logs', bytes, { ...testOptions, ...stages });
  if (!decoded.ok) throw new Error(decoded.error.message);
  const rows = rowsOf(decoded.value);
  const row = rows.otel_logs?.[0] ?? rows.hyperdx_sessions?.[0];
  if (!row) throw new Error('no row');
  return row;
}

test('severity: what is stored for a record', () => {
  const check = (record: Sent, severityText: string, severityNumber: number) => {
    const { SeverityText, SeverityNumber } = stored(record);
    expect([SeverityText, SeverityNumber], inspect(record, { depth: 9 })).toEqual([
      severityText,
      severityNumber,
    ]);
  };
  const body = (value: string): Sent => ({ body: text(value) });
  const level = (key: string, value: Value): Sent => ({ attributes: [{ key, value }] });

  // Levels in a JSON body.
  check(body('{"level":"warn"}'), 'warn', 13);
  check(body('{"Level":"Information"}'), 'information', 9);
  check(body('{"log.level":"fatal"}'), 'fatal', 21);
  check(body('{"log":{"level":"fatal"}}'), 'fatal', 21);
  check(body('{"level":"verbose"}'), 'verbose', 9);
  check(body('{"level":"WARNING"}'), 'warning', 13);
  check(body('{"level":"NOTICE"}'), 'notice', 13);
  check(body('{"level":"critical"}'), 'critical', 21);
  check(body('{"level":"dbug"}'), 'dbug', 5);
  check(body('{"level":"trace"}'), 'trace', 1);
  // A later rule overrides an earlier one.
  check(body('{"level":"error info"}'), 'error info', 9);
  check(body('{"level":"fatal error"}'), 'fatal error', 17);
  // The first that is a text and not empty.
  check(body('{"level":"","severity":"error"}'), 'error', 17);
  check(body('{"level":30,"msg":"an error"}'), 'error', 17);
  check({ body: map({ level: text('error'), n: integer(1n) }) }, 'error', 17);
  check({ body: map({ error: text('x') }) }, 'info', 9);
  // Level attributes that were sent.
  check(level('SEVERITY', text('Debug')), 'debug', 5);
  check(level('level', integer(50n)), 'info', 9);
  check(
    { attributes: [{ key: 'level', value: text('warn') }], body: text('{"level":"error"}') },
    'error',
    17,
  );
  check(
    {
      attributes: [
        { key: 'level', value: text('warn') },
        { key: 'level', value: integer(1n) },
      ],
    },
    'info',
    9,
  );
  // Keywords at the start of a word, the first counts.
  check(body('[FATAL] this error'), 'fatal', 21);
  check(body('WARNING: low disk'), 'warn', 13);
  check(body('CRITICAL'), 'fatal', 21);
  check(body('emergency stop'), 'fatal', 21);
  check(body('an errno'), 'error', 17);
  check(body('myerror'), 'info', 9);
  check(body('INFO: retry after error'), 'error', 17);
  check(body('nothing of note'), 'info', 9);
  check(body('dbug x'), 'debug', 5);
  check(body('Traceback'), 'trace', 1);
  check(body(`${'x'.repeat(251)} fatal`), 'info', 9);
  check(body(`${'x'.repeat(250)} error`), 'error', 17);
  check(body(`${'🦊'.repeat(250)} error`), 'error', 17);
  check(body(`${'x'.repeat(256)} fatal`), 'info', 9);
  check(body('{"level":"warn"'), 'warn', 13);
  check(body('broken {"a": fatal}'), 'fatal', 21);
  check({}, 'info', 9);
  // What a producer set stays, its text in lower case.
  check({ ...body('error'), severityText: 'INFO' }, 'info', 0);
  check({ ...body('error'), severityNumber: 9 }, '', 9);
  check({ ...body('error'), severityText: 'Warn', severityNumber: 13 }, 'warn', 13);
  check({ ...body('error'), severityText: 'ÉRROR' }, 'érror', 0);
});

test('JSON bodies: which attributes they give', () => {
  const check = (record: Sent, expected: Record<string, string>) => {
    const row = stored(record);
    expect(Object.fromEntries(row.LogAttributes as [string, string][])).toEqual(expected);
  };
  const body = (value: string): Sent => ({ body: text(value) });

  check(body('{"a":{"b":1}}'), { 'a.b': '1' });
  check(body('{"a":[1,{"b":true}],"c":null}'), { 'a.0': '1', 'a.1.b': 'true', c: '' });
  check(body('{"n":12345678901234567890,"d":1.50,"e":1e3,"z":-0.0}'), {
    n: '12345678901234567890',
    d: '1.5',
    e: '1000',
    z: '-0',
  });
  check(body('{"a":"x","a":"y"}'), { a: 'y' });
  check(body('{"a":{},"b":[]}'), {});
  check(body('before {"a":"é\\n"} after'), { a: 'é\n' });
  check(body('{"a":1}\n{"b":2}'), { a: '1' });
  check(body('{\n  "a": 1\n}'), { a: '1' });
  check(body('{"a":1'), {});
  check(body('} {'), {});
  check(body('[1]'), {});
  check(body('{not json} {"a":1}'), {});
  check(
    { body: map({ a: map({ b: integer(2n ** 63n - 1n) }) }) },
    { 'a.b': '9223372036854775807' },
  );
  // The body replaces what was sent.
  check(
    {
      attributes: [
        { key: 'a', value: text('sent') },
        { key: 'k', value: text('kept') },
      ],
      body: text('{"a":"body"}'),
    },
    { k: 'kept', a: 'body' },
  );
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  // What would unfold without bound is left alone.
  check(body(`{"${'n'.repeat(1_025)}":1}`), {});
  check(body(`{${Array.from({ length: 1_025 }, (_, i) => `"k${i}":1`).join()}}`), {});
  check(body(nested(200)), {});
  check(body(nested(100_000)), {});
});

test('the body itself is kept, and without the stages nothing changes', () => {
  const sent: Sent = { body: text('ERROR {"a":1}'), severityText: 'Warn' };
  expect(stored(sent)).toMatchObject({ Body: 'ERROR {"a":1}', SeverityText: 'warn' });
  const off = { severityInference: false, jsonBodyExpansion: false };
  expect(stored(sent, off)).toMatchObject({
    Body: 'ERROR {"a":1}',
    SeverityText: 'Warn',
    SeverityNumber: 0,
    LogAttributes: [],
  });
  const expansion = { severityInference: false, jsonBodyExpansion: true };
  expect(stored(sent, expansion)).toMatchObject({
    SeverityText: 'Warn',
    LogAttributes: [['a', '1']],
  });
  const inference = { severityInference: true, jsonBodyExpansion: false };
  expect(stored({ body: text('{"level":"x"} error') }, inference)).toMatchObject({
    SeverityText: 'error',
    LogAttributes: [],
  });
});

test('session replay is stored as sent', () => {
  const sent: Sent = {
    body: text('{"level":"fatal"}'),
    attributes: [{ key: 'rr-web.event', value: text('') }],
  };
  expect(stored(sent)).toMatchObject({
    SeverityText: '',
    SeverityNumber: 0,
    LogAttributes: [['rr-web.event', '']],
  });
});
