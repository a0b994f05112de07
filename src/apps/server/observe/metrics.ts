import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Castellan's own metrics. Rooms add theirs with the `castellan_` prefix and a help text. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts the requests that `app` answers. */
  observe(app: FastifyInstance): void;
}

/** Gauges of prom-client that are named like counters; the same without `_total` are there too. */
const misnamed = ['active_resources', 'active_handles', 'active_requests'];

/** Makes the registry with what the process itself shows. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'castellan_' });
  for (const name of misnamed) registry.removeSingleMetric(`castellan_nodejs_${name}_total`);
  new Gauge({
    name: 'castellan_build_info',
    help: 'Always 1; the labels say which version runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
  const requests = new Counter({
    name: 'castellan_http_requests_total',
    help: 'Requests to the page and the API, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'castellan_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer, by route.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  return {
    registry,
    observe(app) {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'unknown';
        requests.inc({ route, method: request.method, status: reply.statusCode });
        seconds.observe({ route }, reply.elapsedTime / 1_000);
      });
    },
  };
}
