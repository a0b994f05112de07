import { create, toBinary } from '@bufbuild/protobuf';
import { ExportLogsServiceRequestSchema } from '../proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';

/**
 * Requests as a busy collector sends them: records of about 280 bytes with 8 resource attributes
 * and 6 of their own, from 20 services. The same seed gives the same bytes.
 */
export interface LoadShape {
  readonly rows: number;
  readonly seed: number;
  /** Time of the first record, epoch milliseconds. */
  readonly timeMs: number;
}

/** A small, fast generator with a fixed sequence: bodies must be equal from run to run. */
function sequence(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const text = (value: string) => ({ value: { case: 'stringValue' as const, value } });
const pair = (key: string, value: string) => ({ key, value: text(value) });
const number = (key: string, value: number) => ({
  key,
  value: { value: { case: 'intValue' as const, value: BigInt(value) } },
});

function resource(service: number) {
  return {
    attributes: [
      pair('service.name', `service-${service}`),
      pair('service.version', `1.${service}.0`),
      pair('deployment.environment.name', 'production'),
      pair('host.name', `node-${service % 7}`),
      pair('k8s.namespace.name', `team-${service % 4}`),
      pair('k8s.pod.name', `service-${service}-7d9f8b6c5-${service}x`),
      pair('k8s.node.name', `node-${service % 7}`),
      pair('cloud.region', 'eu-central-1'),
    ],
  };
}

const words = [
  'user',
  'order',
  'cache',
  'session',
  'payment',
  'queue',
  'timeout',
  'retry',
  'shard',
];
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const severities = [
  ['INFO', 9],
  ['INFO', 9],
  ['INFO', 9],
  ['WARN', 13],
  ['ERROR', 17],
] as const;

const id = (random: () => number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256));
const pick = <T>(random: () => number, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T;

function attributes(random: () => number) {
  return [
    pair('http.request.method', pick(random, methods)),
    pair('url.path', `/api/v1/${pick(random, words)}s/${Math.floor(random() * 10_000)}`),
    number('http.response.status_code', pick(random, [200, 200, 200, 404, 500])),
    pair('client.address', `10.0.${Math.floor(random() * 255)}.${Math.floor(random() * 255)}`),
    pair('enduser.id', `user-${Math.floor(random() * 100_000)}`),
    number('attempt', 1 + Math.floor(random() * 3)),
  ];
}

/** Rows are spread over the services in runs, as one exporter for each service would batch them. */
function byService<T>(
  shape: LoadShape,
  record: (row: number) => T,
): { service: number; records: T[] }[] {
  const services = 20;
  const each = Math.ceil(shape.rows / services);
  const groups: { service: number; records: T[] }[] = [];
  for (let start = 0, service = 0; start < shape.rows; start += each, service += 1) {
    const length = Math.min(each, shape.rows - start);
    groups.push({ service, records: Array.from({ length }, (_, i) => record(start + i)) });
  }
  return groups;
}

const nano = (shape: LoadShape, row: number): bigint =>
  BigInt(shape.timeMs) * 1_000_000n + BigInt(row * 1_000);

/** One ExportLogsServiceRequest, protobuf. */
export function encodeLogs(shape: LoadShape): Uint8Array {
  const random = sequence(shape.seed);
  const groups = byService(shape, (row) => {
    const [severityText, severityNumber] = pick(random, severities);
    return {
      timeUnixNano: nano(shape, row),
      observedTimeUnixNano: nano(shape, row + 5),
      severityText,
      severityNumber,
      body: text(
        `${pick(random, words)} ${pick(random, words)} finished in ${Math.floor(random() * 900)} ms for request ${shape.seed}-${row}`,
      ),
      attributes: attributes(random),
      traceId: id(random, 16),
      spanId: id(random, 8),
    };
  });
  return toBinary(
    ExportLogsServiceRequestSchema,
    create(ExportLogsServiceRequestSchema, {
      resourceLogs: groups.map(({ service, records }) => ({
        resource: resource(service),
        scopeLogs: [{ scope: { name: 'load', version: '1.0.0' }, logRecords: records }],
      })),
    }),
  );
}

/** One ExportTraceServiceRequest, protobuf. */
export function encodeSpans(shape: LoadShape): Uint8Array {
  const random = sequence(shape.seed);
  const groups = byService(shape, (row) => ({
    traceId: id(random, 16),
    spanId: id(random, 8),
    parentSpanId: id(random, 8),
    name: `${pick(random, methods)} /${pick(random, words)}`,
    kind: 1 + Math.floor(random() * 5),
    startTimeUnixNano: nano(shape, row),
    endTimeUnixNano: nano(shape, row) + BigInt(Math.floor(random() * 50_000_000)),
    attributes: attributes(random),
    status: { code: random() < 0.02 ? 2 : 0 },
  }));
  return toBinary(
    ExportTraceServiceRequestSchema,
    create(ExportTraceServiceRequestSchema, {
      resourceSpans: groups.map(({ service, records }) => ({
        resource: resource(service),
        scopeSpans: [{ scope: { name: 'load', version: '1.0.0' }, spans: records }],
      })),
    }),
  );
}
