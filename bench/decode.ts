import type { DescMessage } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { decodeOtlp } from '../src/core/otlp/index.ts';
import type { Signal } from '../src/model/telemetry/tables.ts';
import { ExportLogsServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';

/**
 * The decoder alone, on one core: 1,000 records a request, of about 280 bytes, with 8 resource and
 * 6 own attributes, from 20 services; beside it protobuf-es, which only makes objects of the same
 * bytes. `node bench/decode.ts [rounds]`
 */
const services = 20;
const perService = 50;
const rounds = Number(process.argv[2] ?? 5);
const secondsPerRound = 1;

const text = (value: string) => ({ value: { case: 'stringValue' as const, value } });
const integer = (value: number) => ({ value: { case: 'intValue' as const, value: BigInt(value) } });
const id = (size: number, seed: number) =>
  Uint8Array.from({ length: size }, (_, i) => (seed * 31 + i * 17 + 1) & 0xff);

const resource = (service: number) => ({
  attributes: [
    { key: 'service.name', value: text(`service-${service}`) },
    { key: 'service.version', value: text('1.14.2') },
    { key: 'k8s.namespace.name', value: text('shop') },
    { key: 'k8s.pod.name', value: text(`service-${service}-7d4b9c6f5-x2x9z`) },
    { key: 'k8s.node.name', value: text('node-3') },
    { key: 'deployment.environment.name', value: text('production') },
    { key: 'host.name', value: text('ip-10-0-12-17') },
    { key: 'telemetry.sdk.language', value: text('nodejs') },
  ],
});

const own = (i: number) => [
  { key: 'http.request.method', value: text('GET') },
  { key: 'http.route', value: text('/api/v1/orders/{id}') },
  { key: 'http.response.status_code', value: integer(i % 17 === 0 ? 500 : 200) },
  { key: 'user.id', value: text(`user-${i % 997}`) },
  { key: 'server.address', value: text('orders.internal') },
  { key: 'retry', value: { value: { case: 'boolValue' as const, value: i % 3 === 0 } } },
];

const startNs = 1_760_000_000_000_000_000n;
const each = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

function logsRequest(): Uint8Array {
  const request = create(ExportLogsServiceRequestSchema, {
    resourceLogs: each(services, (service) => ({
      resource: resource(service),
      scopeLogs: [
        {
          scope: { name: 'app.http', version: '2.0.1' },
          logRecords: each(perService, (i) => ({
            timeUnixNano: startNs + BigInt(i * 1_001),
            observedTimeUnixNano: startNs + BigInt(i * 1_001 + 7),
            severityNumber: 9,
            severityText: 'INFO',
            body: text(`request ${i} served from cache in ${i % 90} ms`),
            attributes: own(i),
            traceId: id(16, i),
            spanId: id(8, i),
            flags: 1,
          })),
        },
      ],
    })),
  });
  return toBinary(ExportLogsServiceRequestSchema, request);
}

function tracesRequest(): Uint8Array {
  const request = create(ExportTraceServiceRequestSchema, {
    resourceSpans: each(services, (service) => ({
      resource: resource(service),
      scopeSpans: [
        {
          scope: { name: 'app.http', version: '2.0.1' },
          spans: each(perService, (i) => ({
            traceId: id(16, i),
            spanId: id(8, i),
            parentSpanId: id(8, i + 1),
            name: 'GET /api/v1/orders/{id}',
            kind: 2,
            startTimeUnixNano: startNs + BigInt(i * 1_001),
            endTimeUnixNano: startNs + BigInt(i * 90_001),
            attributes: own(i),
            status: { code: i % 17 === 0 ? 2 : 0 },
            flags: 1,
          })),
        },
      ],
    })),
  });
  return toBinary(ExportTraceServiceRequestSchema, request);
}

const options = {
  encoding: 'protobuf',
  arrivalNs: startNs,
  severityInference: false,
  jsonBodyExpansion: false,
} as const;

/** Rows a second of one round. */
function rate(work: () => void): number {
  const start = performance.now();
  let rows = 0;
  while (performance.now() - start < secondsPerRound * 1_000) {
    work();
    rows += services * perService;
  }
  return (rows / (performance.now() - start)) * 1_000;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function compare(signal: Signal, bytes: Uint8Array, schema: DescMessage): void {
  const fused = () => {
    const decoded = decodeOtlp(signal, bytes, options);
    if (!decoded.ok) throw new Error(decoded.error.message);
  };
  const objects = () => {
    fromBinary(schema, bytes);
  };
  rate(fused);
  rate(objects);
  const results = each(rounds, () => ({ fused: rate(fused), objects: rate(objects) }));
  const ours = median(results.map((result) => result.fused));
  const theirs = median(results.map((result) => result.objects));
  const format = (value: number) => Math.round(value).toLocaleString('en-GB').padStart(10);
  console.log(`${signal}: ${(bytes.length / (services * perService)).toFixed(0)} bytes a record`);
  console.log(`  protobuf to Native blocks ${format(ours)} rows/s`);
  console.log(`  protobuf-es, objects only ${format(theirs)} rows/s`);
  console.log(`  ratio                     ${(ours / theirs).toFixed(1).padStart(10)}`);
}

compare('logs', logsRequest(), ExportLogsServiceRequestSchema);
if (process.argv[3] !== 'logs') compare('traces', tracesRequest(), ExportTraceServiceRequestSchema);
