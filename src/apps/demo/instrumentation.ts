import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { type Logger, logs } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';

/** Where a demo service sends its telemetry. */
export interface DemoTarget {
  /** Base URL of an OTLP/HTTP receiver. */
  readonly endpoint: string;
  /** Ingestion key, where the receiver asks for one. */
  readonly key: string | undefined;
  /** How often metrics are exported. */
  readonly metricIntervalMs: number;
}

/** The official SDK, started for one service. */
export interface Instrumentation {
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly logger: Logger;
  /** node:http, loaded after the SDK so that it is instrumented. */
  readonly http: typeof import('node:http');
  /** Sends what is pending. */
  stop(): Promise<void>;
}

/** Starts the OpenTelemetry SDK with its usual exporters, as an application would. */
export function startInstrumentation(service: string, target: DemoTarget): Instrumentation {
  const exporter = (path: string) => ({
    url: new URL(path, target.endpoint).href,
    ...(target.key ? { headers: { authorization: `Bearer ${target.key}` } } : {}),
  });
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'shop',
      'service.version': '1.4.2',
      'deployment.environment.name': 'demo',
      'host.name': hostname(),
      'process.pid': process.pid,
    }),
    autoDetectResources: false,
    traceExporter: new OTLPTraceExporter(exporter('v1/traces')),
    logRecordProcessors: [
      new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(exporter('v1/logs')) }),
    ],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(exporter('v1/metrics')),
        exportIntervalMillis: target.metricIntervalMs,
        exportTimeoutMillis: Math.min(target.metricIntervalMs, 10_000),
      }),
    ],
    instrumentations: [
      new HttpInstrumentation({
        // A bare node:http server has no routes to name spans by.
        requestHook: (span, request) => {
          const path = 'path' in request ? request.path : request.url;
          span.updateName(`${request.method} ${path?.replace(/\d+/g, '{id}')}`);
        },
      }),
    ],
  });
  sdk.start();
  return {
    tracer: trace.getTracer('castellan.demo'),
    meter: metrics.getMeter('castellan.demo'),
    logger: logs.getLogger('castellan.demo'),
    // An import would have been resolved before the SDK could patch the module.
    http: createRequire(import.meta.url)('node:http') as typeof import('node:http'),
    stop: () => sdk.shutdown(),
  };
}
