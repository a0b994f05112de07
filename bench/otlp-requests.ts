import { create, toBinary } from '@bufbuild/protobuf';
import { ExportLogsServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';

/** Requests of 1,000 records of about 280 bytes: 8 resource and 6 own attributes, 20 services. */
const services = 20;
const perService = 50;
export const recordsPerRequest = services * perService;

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
export const each = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** An ExportLogsServiceRequest. */
export function logsRequest(): Uint8Array {
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

/** An ExportTraceServiceRequest. */
export function tracesRequest(): Uint8Array {
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
