import { SpanKind } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ingest } from './ingest-options.ts';
import { startIngest } from './start-ingest.ts';
import { type RealSpool, startRealSpool } from './testing/real-spool.ts';
import { openKeys, startTestReceiver } from './testing/start-receiver.ts';

let real: RealSpool;
let ingest: Ingest;
const quiet = () => undefined;
beforeAll(async () => {
  real = await startRealSpool();
  ingest = await startIngest({
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    connectSpool: real.connect,
    keys: openKeys,
    allowedHosts: [],
    decode: {
      retentionMs: { logs: 3_600_000, traces: 3_600_000, metrics: 3_600_000, sessions: 0 },
      severityInference: false,
      jsonBodyExpansion: false,
    },
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
});
afterAll(async () => {
  await ingest.drain(2_000);
  await real.close();
});

const gzip = { compression: 'gzip' as never };
const http = (path: string, port = ingest.httpPort) => ({ url: `http://localhost:${port}${path}` });
const grpc = (port = ingest.grpcPort) => ({ url: `http://localhost:${port}` });

const logExporters = {
  'http/protobuf': () => new ProtoLogs(http('/v1/logs')),
  'http/protobuf, gzip': () => new ProtoLogs({ ...http('/v1/logs'), ...gzip }),
  'http/json': () => new JsonLogs(http('/v1/logs')),
  'http/json, gzip': () => new JsonLogs({ ...http('/v1/logs'), ...gzip }),
  grpc: () => new GrpcLogs(grpc()),
  'grpc, gzip': () => new GrpcLogs({ ...grpc(), ...gzip }),
};
const traceExporters = {
  'http/protobuf': () => new ProtoTraces(http('/v1/traces')),
  'http/json': () => new JsonTraces(http('/v1/traces')),
  grpc: () => new GrpcTraces(grpc()),
  'grpc, gzip': () => new GrpcTraces({ ...grpc(), ...gzip }),
};
const metricExporters = {
  'http/protobuf': () => new ProtoMetrics(http('/v1/metrics')),
  'http/json': () => new JsonMetrics(http('/v1/metrics')),
  grpc: () => new GrpcMetrics(grpc()),
  'grpc, gzip': () => new GrpcMetrics({ ...grpc(), ...gzip }),
};

async function emitLog(exporter: ProtoLogs | JsonLogs | GrpcLogs): Promise<void> {
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  provider.getLogger('test').emit({
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    body: 'an order was placed',
    attributes: { 'order.id': 17, tags: ['a', 'b'] },
  });
  await provider.shutdown();
}

async function emitSpan(exporter: ProtoTraces | JsonTraces | GrpcTraces): Promise<void> {
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const span = provider.getTracer('test').startSpan('GET /cart', { kind: SpanKind.SERVER });
  span.addEvent('read', { bytes: 9 });
  span.recordException(new Error('out of stock'));
  span.end();
  await provider.shutdown();
}

async function emitMetrics(exporter: ProtoMetrics | JsonMetrics | GrpcMetrics): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('test');
  meter.createCounter('orders').add(3, { shop: 'a' });
  meter.createHistogram('latency').record(12.5);
  meter.createGauge('depth').record(7);
  await provider.shutdown();
}

/** What was spooled while `emit` ran. */
async function spooled(emit: () => Promise<void>): Promise<{ kept: number; rows: number }> {
  const before = real.spool.status();
  await emit();
  const { kept, rows } = real.spool.status();
  return { kept: kept - before.kept, rows: rows - before.rows };
}

test.each(Object.entries(logExporters))(
  'logs by the official exporter: %s',
  async (_name, make) => {
    expect(await spooled(() => emitLog(make()))).toEqual({ kept: 1, rows: 1 });
  },
);

test.each(Object.entries(traceExporters))(
  'spans by the official exporter: %s',
  async (_name, make) => {
    expect(await spooled(() => emitSpan(make()))).toEqual({ kept: 1, rows: 1 });
  },
);

test.each(Object.entries(metricExporters))(
  'metrics by the official exporter: %s',
  async (_name, make) => {
    expect(await spooled(() => emitMetrics(make()))).toEqual({ kept: 1, rows: 3 });
  },
);

test('the official HTTP exporter tries again after a refusal that passes', async () => {
  // The JavaScript gRPC exporter does not retry on its own; those of Go and Java do.
  const it = await startTestReceiver('http');
  it.spool.respond = (_request, entry) =>
    Promise.resolve(
      entry === 1
        ? { kind: 'refused', reason: 'disk_low', message: 'full', retryAfterMs: 1_000 }
        : { kind: 'kept', entry },
    );
  await emitLog(new ProtoLogs(http('/v1/logs', it.port)));
  expect(it.spool.requests).toHaveLength(2);
  const [first, second] = it.spool.requests;
  expect(second?.digest).toEqual(first?.digest);
  await it.close();
});
