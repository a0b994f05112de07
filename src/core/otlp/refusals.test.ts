import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ExportLogsServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportMetricsServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import type { LogRecordSchema } from '../../../test/proto/gen/opentelemetry/proto/logs/v1/logs_pb.js';
import type { NumberDataPointSchema } from '../../../test/proto/gen/opentelemetry/proto/metrics/v1/metrics_pb.js';
import type { SpanSchema } from '../../../test/proto/gen/opentelemetry/proto/trace/v1/trace_pb.js';
import type { DecodeOptions } from '../../model/telemetry/block.ts';
import type { Signal } from '../../model/telemetry/tables.ts';
import { decodeOtlp } from './index.ts';
import { rowsOf, testOptions } from './testing/disagreement.ts';

const now = testOptions.arrivalNs;
const last = 2n ** 63n - 1n;
const beyond = 2n ** 63n;
const tooLate = 'a time is after 2262-04-11T23:47:16.854775807Z and cannot be stored';
const badId = 'a trace id is not 16 bytes, or a span id or parent span id is not 8 bytes';
const tooOld = 'older than the retention: before 2025-10-15T03:46:40.123Z';
const retention = { ...testOptions, oldestNs: now, oldestSessionNs: 0n };

type Span = MessageInitShape<typeof SpanSchema>;
type Log = MessageInitShape<typeof LogRecordSchema>;
type Point = MessageInitShape<typeof NumberDataPointSchema>;

function decoded(signal: Signal, bytes: Uint8Array, options: DecodeOptions) {
  const result = decodeOtlp(signal, bytes, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Decodes one record between two that can be stored, and says why it was refused. */
const refusal = (signal: Signal, bytes: Uint8Array, options: DecodeOptions) => {
  const { accepted, rejections } = decoded(signal, bytes, options);
  expect(accepted).toBe(rejections.length === 0 ? 3 : 2);
  expect(rejections.every(({ count }) => count === 1)).toBe(true);
  return rejections.map(({ reason }) => reason).join();
};

test('which log records are refused', () => {
  const check = (record: Log, expected: string, options: DecodeOptions = testOptions) => {
    const good = { timeUnixNano: now };
    const request = create(ExportLogsServiceRequestSchema, {
      resourceLogs: [{ scopeLogs: [{ logRecords: [good, record, good] }] }],
    });
    const bytes = toBinary(ExportLogsServiceRequestSchema, request);
    expect(refusal('logs', bytes, options)).toBe(expected);
  };
  const replay = [{ key: 'rr-web.event' }];
  check({ timeUnixNano: last }, '');
  check({ timeUnixNano: beyond }, tooLate);
  check({ timeUnixNano: 2n ** 64n - 1n }, tooLate);
  check({ timeUnixNano: now, observedTimeUnixNano: beyond }, tooLate);
  check({ observedTimeUnixNano: beyond }, tooLate);
  check({ timeUnixNano: 1n }, '');
  check({}, '');
  check({ timeUnixNano: now }, '', retention);
  check({ timeUnixNano: now - 1n }, tooOld, retention);
  check({ timeUnixNano: now - 2n ** 32n }, tooOld, retention);
  check({ timeUnixNano: now + 2n ** 32n }, '', retention);
  check({}, '', retention);
  check({ observedTimeUnixNano: now - 1n }, tooOld, retention);
  // The low word of a time is unsigned.
  const high = 2n ** 60n + 0x9000_0000n;
  const highRetention = { ...testOptions, oldestNs: high };
  const older = `older than the retention: before ${new Date(Number(high / 1_000_000n)).toISOString()}`;
  check({ timeUnixNano: high - 0x8000_0000n }, older, highRetention);
  check({ timeUnixNano: high + 0x1000_0000n }, '', highRetention);
  // Session replay has a retention of its own, and wrong ids do not refuse a log record.
  check({ timeUnixNano: 1n, attributes: replay }, '', retention);
  check({ timeUnixNano: now - 1n, attributes: replay }, tooOld, {
    ...testOptions,
    oldestSessionNs: now,
  });
  check({ traceId: new Uint8Array(15).fill(1) }, '');
});

test('which spans are refused', () => {
  const check = (span: Span, expected: string, options: DecodeOptions = testOptions) => {
    const good = { startTimeUnixNano: now };
    const request = create(ExportTraceServiceRequestSchema, {
      resourceSpans: [{ scopeSpans: [{ spans: [good, span, good] }] }],
    });
    const bytes = toBinary(ExportTraceServiceRequestSchema, request);
    expect(refusal('traces', bytes, options)).toBe(expected);
  };
  const at = { startTimeUnixNano: now };
  const id = (size: number) => new Uint8Array(size).fill(7);
  check({ ...at, endTimeUnixNano: last }, '');
  check({ ...at, endTimeUnixNano: beyond }, tooLate);
  check({ startTimeUnixNano: beyond }, tooLate);
  check({ ...at, events: [{}, { timeUnixNano: beyond }, {}] }, tooLate);
  check({ startTimeUnixNano: now - 1n }, tooOld, retention);
  check({}, tooOld, retention);
  check({ ...at, traceId: id(16), spanId: id(8), parentSpanId: id(8) }, '');
  check({ ...at, traceId: new Uint8Array(16) }, '');
  check({ ...at, traceId: id(8) }, badId);
  check({ ...at, traceId: id(17) }, badId);
  check({ ...at, spanId: id(7) }, badId);
  check({ ...at, parentSpanId: id(16) }, badId);
  // A link to a wrong id is stored without it.
  check({ ...at, links: [{ traceId: id(3) }] }, '');
});

test('which data points are refused', () => {
  const check = (point: Point, expected: string, options: DecodeOptions = testOptions) => {
    const good = { timeUnixNano: now };
    const data = { case: 'gauge' as const, value: { dataPoints: [good, point, good] } };
    const request = create(ExportMetricsServiceRequestSchema, {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', data }] }] }],
    });
    const bytes = toBinary(ExportMetricsServiceRequestSchema, request);
    expect(refusal('metrics', bytes, options)).toBe(expected);
  };
  check({ timeUnixNano: last }, '');
  check({ timeUnixNano: beyond }, tooLate);
  check({ timeUnixNano: now, startTimeUnixNano: beyond }, tooLate);
  check({ timeUnixNano: now, exemplars: [{ timeUnixNano: beyond }] }, tooLate);
  check({ timeUnixNano: now - 1n }, tooOld, retention);
  check({ timeUnixNano: now, startTimeUnixNano: 1n }, '', retention);
});

test('a refused record leaves nothing behind in its neighbours', () => {
  const spans = [1, 2, 3, 4].map((i) => ({
    name: `span ${i}`,
    startTimeUnixNano: i % 2 === 0 ? beyond : now,
    attributes: [{ key: `a${i}` }],
    events: [{ name: `event ${i}`, attributes: [{ key: `e${i}` }] }],
    links: [{ traceState: `s${i}`, attributes: [{ key: `l${i}` }] }],
  }));
  const request = create(ExportTraceServiceRequestSchema, {
    resourceSpans: [{ scopeSpans: [{ spans }] }],
  });
  const result = decoded('traces', toBinary(ExportTraceServiceRequestSchema, request), testOptions);
  expect(result.rejections).toEqual([{ reason: tooLate, count: 2 }]);
  const of = (i: number) => ({
    SpanName: `span ${i}`,
    SpanAttributes: [[`a${i}`, '']],
    'Events.Name': [`event ${i}`],
    'Events.Attributes': [[[`e${i}`, '']]],
    'Links.TraceState': [`s${i}`],
    'Links.Attributes': [[[`l${i}`, '']]],
  });
  expect(rowsOf(result).otel_traces).toMatchObject([of(1), of(3)]);
});

test('an empty request, and one without records', () => {
  const check = (bytes: number[]) =>
    expect(decoded('logs', Uint8Array.from(bytes), testOptions)).toEqual({
      signal: 'logs',
      blocks: [],
      accepted: 0,
      rejections: [],
    });
  check([]);
  check([0x0a, 0]);
  check([0x0a, 2, 0x12, 0]);
});
