import {
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { RetryInfoSchema } from '../../../test/proto/gen/google/rpc/error_details_pb.js';
import { StatusSchema } from '../../../test/proto/gen/google/rpc/status_pb.js';
import { ExportLogsServiceResponseSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportMetricsServiceResponseSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.js';
import { ExportTraceServiceResponseSchema } from '../../../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import { encodeExportResponse, encodeStatus } from './index.ts';

const schemas = {
  logs: ExportLogsServiceResponseSchema,
  traces: ExportTraceServiceResponseSchema,
  metrics: ExportMetricsServiceResponseSchema,
} as const;
const registry = createRegistry(RetryInfoSchema);

const parsed = (bytes: Uint8Array): JsonValue =>
  JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;

/** What protobuf-es reads in either encoding, as its own JSON. */
function readBack(
  schema: DescMessage,
  bytes: Uint8Array,
  encoding: 'protobuf' | 'json',
): JsonValue {
  const message =
    encoding === 'protobuf'
      ? fromBinary(schema, bytes)
      : fromJson(schema, parsed(bytes), { registry });
  return toJson(schema, message, { registry });
}

test.each(['protobuf', 'json'] as const)('export responses in %s', (encoding) => {
  const check = (
    signal: keyof typeof schemas,
    rejections: readonly { count: number; reason: string }[],
    expected: JsonValue,
  ) => {
    const bytes = encodeExportResponse(signal, rejections, encoding);
    expect(readBack(schemas[signal], bytes, encoding)).toEqual(expected);
  };
  check('logs', [], {});
  check('traces', [{ count: 0, reason: 'none' }], {});
  check('logs', [{ count: 3, reason: 'too old' }], {
    partialSuccess: { rejectedLogRecords: '3', errorMessage: '3 refused: too old' },
  });
  check('traces', [{ count: 2 ** 40, reason: 'é "quoted"' }], {
    partialSuccess: {
      rejectedSpans: '1099511627776',
      errorMessage: '1099511627776 refused: é "quoted"',
    },
  });
  check(
    'metrics',
    [
      { count: 1, reason: 'a' },
      { count: 2, reason: 'b'.repeat(300) },
    ],
    {
      partialSuccess: {
        rejectedDataPoints: '3',
        errorMessage: `1 refused: a; 2 refused: ${'b'.repeat(300)}`,
      },
    },
  );
});

test.each(['protobuf', 'json'] as const)('a status in %s', (encoding) => {
  const check = (status: Parameters<typeof encodeStatus>[0], expected: JsonValue) =>
    expect(readBack(StatusSchema, encodeStatus(status, encoding), encoding)).toEqual(expected);
  const retry = (retryDelay: string) => [
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
  ];
  check({ code: 0, message: '' }, {});
  check({ code: 3, message: 'malformed at 5' }, { code: 3, message: 'malformed at 5' });
  check(
    { code: 14, message: 'later', retryDelayMs: 1_500 },
    { code: 14, message: 'later', details: retry('1.500s') },
  );
  check(
    { code: 8, message: 'x', retryDelayMs: 0 },
    { code: 8, message: 'x', details: retry('0s') },
  );
  check(
    { code: 8, message: 'x', retryDelayMs: 60_000 },
    { code: 8, message: 'x', details: retry('60s') },
  );
  check(
    { code: 8, message: 'x', retryDelayMs: 0.2 },
    { code: 8, message: 'x', details: retry('0.001s') },
  );
});

test('the retry delay is an Any that unpacks', () => {
  const bytes = encodeStatus({ code: 14, message: 'm', retryDelayMs: 2_250 }, 'protobuf');
  const [detail] = fromBinary(StatusSchema, bytes).details;
  expect(anyUnpack(detail!, RetryInfoSchema)?.retryDelay).toMatchObject({
    seconds: 2n,
    nanos: 250_000_000,
  });
});
