import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { type Castellan, eventually } from '../peers/castellan.ts';

/** A service that writes through the official SDK. */
export function openService(castellan: Castellan, name: string) {
  const resource = resourceFromAttributes({ 'service.name': name, 'host.name': 'node-1' });
  const spans = new NodeTracerProvider({
    resource,
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${castellan.otlpHttp}/v1/traces` })),
    ],
  });
  const logs = new LoggerProvider({
    resource,
    processors: [
      new BatchLogRecordProcessor({
        exporter: new OTLPLogExporter({ url: `${castellan.otlpHttp}/v1/logs` }),
        maxExportBatchSize: 512,
      }),
    ],
  });
  const logger = logs.getLogger('test');
  const tracer = spans.getTracer('test');
  return {
    span: (spanName: string, startMs: number, kind: SpanKind, parent?: Span): Span =>
      tracer.startSpan(
        spanName,
        { startTime: startMs, kind },
        parent ? trace.setSpan(context.active(), parent) : context.active(),
      ),
    log(
      body: string,
      options: {
        atMs?: number;
        level?: 'INFO' | 'WARN' | 'ERROR';
        attributes?: Record<string, string | number>;
        span?: Span;
      } = {},
    ): void {
      const level = options.level ?? 'INFO';
      logger.emit({
        timestamp: options.atMs ?? Date.now(),
        severityText: level,
        severityNumber: SeverityNumber[level],
        body,
        attributes: options.attributes ?? {},
        ...(options.span ? { context: trace.setSpan(context.active(), options.span) } : {}),
      });
    },
    async close(): Promise<void> {
      await Promise.all([spans.forceFlush(), logs.forceFlush()]);
      await Promise.all([spans.shutdown(), logs.shutdown()]);
    },
  };
}

/** What `sendShop` has sent. */
export interface Shop {
  readonly traceId: string;
  readonly failedSpanId: string;
  /** 300 of `cart`, 3 of the trace. */
  readonly logs: number;
}

/**
 * Ten minutes of a small shop: a failed order as a trace of four spans in three services, with three
 * logs, and 300 logs of the cart before it. Resolves when all of it can be searched.
 */
export async function sendShop(castellan: Castellan): Promise<Shop> {
  const nowMs = Date.now();
  const services = ['frontend', 'payment', 'cart'].map((name) => openService(castellan, name));
  const [frontend, payment, cart] = services as [
    ReturnType<typeof openService>,
    ReturnType<typeof openService>,
    ReturnType<typeof openService>,
  ];
  for (let i = 0; i < 300; i++)
    cart.log(`item ${i} added`, {
      atMs: nowMs - 600_000 + i * 1_900,
      attributes: { 'http.status_code': i % 10 === 0 ? 404 : 200 },
    });
  const startMs = nowMs - 20_000;
  const order = frontend.span('POST /order', startMs, SpanKind.SERVER);
  const reserve = cart.span('reserve items', startMs + 20, SpanKind.INTERNAL, order);
  reserve.end(startMs + 80);
  const charge = payment.span('POST /charge', startMs + 100, SpanKind.SERVER, order);
  const gateway = payment.span('gateway call', startMs + 120, SpanKind.CLIENT, charge);
  gateway.setStatus({ code: SpanStatusCode.ERROR, message: 'card declined' });
  gateway.recordException(new Error('card declined'), startMs + 280);
  gateway.setAttribute('card.issuer', 'Example Bank');
  gateway.end(startMs + 300);
  charge.setStatus({ code: SpanStatusCode.ERROR, message: 'card declined' });
  charge.end(startMs + 310);
  order.end(startMs + 350);
  frontend.log('order received', { atMs: startMs + 5, span: order });
  payment.log('card declined by issuer', {
    atMs: startMs + 290,
    level: 'ERROR',
    span: gateway,
    attributes: { 'order.id': 'o-42', payload: '{"card":{"brand":"visa"}}' },
  });
  frontend.log('order failed', { atMs: startMs + 340, level: 'WARN', span: order });
  await Promise.all(services.map((service) => service.close()));
  await eventually(
    () => castellan.api<{ total: number }>('POST', '/search/histogram', { buckets: 1 }),
    ({ total }) => total === 303,
  );
  const { traceId } = order.spanContext();
  await eventually(
    () => castellan.api<{ spans: unknown[] }>('GET', `/traces/${traceId}`),
    ({ spans }) => spans.length === 4,
  );
  return { traceId, failedSpanId: gateway.spanContext().spanId, logs: 303 };
}
