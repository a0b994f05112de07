import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
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
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Castellan, eventually, startCastellan } from './peers/castellan.ts';

/** What a newcomer does in the first hour, with the official SDK and the command itself. */
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-first-hour-'));
let castellan: Castellan;
beforeAll(async () => {
  castellan = await startCastellan({ dataDir });
});
afterAll(async () => {
  expect(await castellan.stop()).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});

const exporters = {
  'http/protobuf': () => ({
    logs: new ProtoLogs({ url: `${castellan.otlpHttp}/v1/logs` }),
    traces: new ProtoTraces({ url: `${castellan.otlpHttp}/v1/traces` }),
    metrics: new ProtoMetrics({ url: `${castellan.otlpHttp}/v1/metrics` }),
  }),
  'http/json': () => ({
    logs: new JsonLogs({ url: `${castellan.otlpHttp}/v1/logs` }),
    traces: new JsonTraces({ url: `${castellan.otlpHttp}/v1/traces` }),
    metrics: new JsonMetrics({ url: `${castellan.otlpHttp}/v1/metrics` }),
  }),
  grpc: () => ({
    logs: new GrpcLogs({ url: castellan.otlpGrpc }),
    traces: new GrpcTraces({ url: castellan.otlpGrpc }),
    metrics: new GrpcMetrics({ url: castellan.otlpGrpc }),
  }),
};

/** One log record inside one failed span, and one counter; returns the trace id. */
async function emit(protocol: keyof typeof exporters): Promise<string> {
  const to = exporters[protocol]();
  const service = `shop-${protocol.replace('/', '-')}`;
  const resource = resourceFromAttributes({ 'service.name': service });
  const tracers = new NodeTracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor(to.traces)],
  });
  const loggers = new LoggerProvider({
    resource,
    processors: [new SimpleLogRecordProcessor({ exporter: to.logs })],
  });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({ exporter: to.metrics, exportIntervalMillis: 60_000 }),
    ],
  });
  const span = tracers.getTracer('test').startSpan('place order', { attributes: { items: 3 } });
  loggers.getLogger('test').emit({
    severityNumber: SeverityNumber.ERROR,
    severityText: 'ERROR',
    body: `payment declined via ${protocol}`,
    attributes: { 'order.id': 'o-42' },
    context: trace.setSpan(context.active(), span),
  });
  meters.getMeter('test').createCounter('orders').add(7, { region: 'eu' });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
  span.end();
  await Promise.all([tracers, loggers, meters].map((each) => each.forceFlush()));
  await Promise.all([tracers, loggers, meters].map((each) => each.shutdown()));
  return span.spanContext().traceId;
}

type Rows = { rows: Record<string, unknown>[] };

test.each(Object.keys(exporters) as (keyof typeof exporters)[])(
  'the official SDK over %s: all three signals are found',
  async (protocol) => {
    const traceId = await emit(protocol);
    const service = `shop-${protocol.replace('/', '-')}`;
    const found = await eventually(
      () =>
        castellan.api<Rows>('POST', '/search', {
          where: `ServiceName:"${service}" declined LogAttributes.order.id:"o-42"`,
        }),
      ({ rows }) => rows.length === 1,
    );
    expect(found.rows[0]).toMatchObject({
      Body: `payment declined via ${protocol}`,
      SeverityText: 'ERROR',
      SeverityNumber: 17,
      TraceId: traceId,
    });
    const whole = await eventually(
      () => castellan.api<{ spans: unknown[]; logs: unknown[] }>('GET', `/traces/${traceId}`),
      ({ spans, logs }) => spans.length === 1 && logs.length === 1,
    );
    expect(whole.spans[0]).toMatchObject({ SpanName: 'place order', StatusCode: 'Error' });
    await eventually(
      () =>
        castellan.api<Rows>('POST', '/sql', {
          query: `SELECT DISTINCT Value FROM otel_metrics_sum WHERE MetricName = 'orders' AND ServiceName = {service:String} AND Attributes['region'] = 'eu'`,
          params: { service },
        }),
      ({ rows }) => rows.length === 1 && rows[0]?.Value === 7,
    );
  },
);

test('the command finds the same: search, sql, and exit codes', async () => {
  const command = resolve(import.meta.dirname, '../src/apps/cli/castellan.ts');
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [command, ...words], {
      env: { ...process.env, CASTELLAN_URL: castellan.url, NO_COLOR: '1' },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  const search = await run('search', 'declined', '--json');
  expect(
    search.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).SeverityText),
  ).toEqual(['ERROR', 'ERROR', 'ERROR']);
  const sql = await run('sql', 'SELECT count() AS n FROM otel_logs', '--json');
  expect(JSON.parse(sql.stdout)).toEqual({ n: '3' });
  const wrong = await run('search', 'ServiceNam:shop');
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toContain('ServiceName');
});
