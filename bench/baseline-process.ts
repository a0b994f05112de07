/**
 * Child of receiver.ts: what an expert would write without a decoder of his own. bare node:http,
 * gunzip, protobuf-es, plain objects, and the official client: JSONEachRow, no compression on
 * loopback, batches of 10,000 rows, two inserts under way. Only this process's CPU counts, not the
 * engine's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { createClient } from '@clickhouse/client';
import { startEngine } from '../src/adapters/clickhouse/index.ts';
import { migrations } from '../src/adapters/clickhouse/schema/migrations.ts';
import { ExportLogsServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import { ExportTraceServiceRequestSchema } from '../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import type {
  AnyValue,
  KeyValue,
} from '../test/proto/gen/opentelemetry/proto/common/v1/common_pb.js';
import { reportCpu } from './child-cpu.ts';

const batchRows = 10_000;
const insertsAtOnce = 2;
const quiet = () => undefined;
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-bench-baseline-'));
const logger = { debug: quiet, info: quiet, warn: quiet, error: console.error };
const engine = await startEngine({ dataDir, database: 'castellan', logger });
const { url, username, password } = engine.connection;
const client = createClient({
  url,
  username,
  password,
  database: 'castellan',
  compression: { request: false, response: false },
});
const days30 = 30 * 86_400_000;
const retention = { logsMs: days30, tracesMs: days30, metricsMs: days30, sessionsMs: days30 };
for (const migration of migrations)
  for (const query of migration.statements({ database: 'castellan', retention, textIndexes: true }))
    await client.command({ query });

const valueText = (value: AnyValue | undefined): string =>
  value?.value.case === 'stringValue' ? value.value.value : String(value?.value.value ?? '');
const mapOf = (pairs: readonly KeyValue[]): Record<string, string> => {
  const map: Record<string, string> = {};
  for (const { key, value } of pairs) map[key] = valueText(value);
  return map;
};
const hex = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
const seconds = (ns: bigint) => {
  const text = ns.toString();
  return `${text.slice(0, -9)}.${text.slice(-9)}`;
};

type Row = Record<string, unknown>;
const rows: Record<'otel_logs' | 'otel_traces', Row[]> = { otel_logs: [], otel_traces: [] };

function readLogs(body: Uint8Array): void {
  for (const { resource, scopeLogs, schemaUrl } of fromBinary(ExportLogsServiceRequestSchema, body)
    .resourceLogs) {
    const ResourceAttributes = mapOf(resource?.attributes ?? []);
    const ServiceName = ResourceAttributes['service.name'] ?? '';
    for (const { scope, logRecords } of scopeLogs)
      for (const record of logRecords)
        rows.otel_logs.push({
          Timestamp: seconds(record.timeUnixNano),
          TraceId: hex(record.traceId),
          SpanId: hex(record.spanId),
          TraceFlags: record.flags & 0xff,
          SeverityText: record.severityText,
          SeverityNumber: record.severityNumber,
          ServiceName,
          Body: valueText(record.body),
          ResourceSchemaUrl: schemaUrl,
          ResourceAttributes,
          ScopeName: scope?.name ?? '',
          ScopeVersion: scope?.version ?? '',
          LogAttributes: mapOf(record.attributes),
          ObservedTimestamp: seconds(record.observedTimeUnixNano),
        });
  }
}

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const statuses = ['Unset', 'Ok', 'Error'];

function readSpans(body: Uint8Array): void {
  for (const { resource, scopeSpans } of fromBinary(ExportTraceServiceRequestSchema, body)
    .resourceSpans) {
    const ResourceAttributes = mapOf(resource?.attributes ?? []);
    const ServiceName = ResourceAttributes['service.name'] ?? '';
    for (const { scope, spans } of scopeSpans)
      for (const span of spans)
        rows.otel_traces.push({
          Timestamp: seconds(span.startTimeUnixNano),
          TraceId: hex(span.traceId),
          SpanId: hex(span.spanId),
          ParentSpanId: hex(span.parentSpanId),
          TraceState: span.traceState,
          SpanName: span.name,
          SpanKind: kinds[span.kind],
          ServiceName,
          ResourceAttributes,
          ScopeName: scope?.name ?? '',
          ScopeVersion: scope?.version ?? '',
          SpanAttributes: mapOf(span.attributes),
          Duration: Number(span.endTimeUnixNano - span.startTimeUnixNano),
          StatusCode: statuses[span.status?.code ?? 0],
          StatusMessage: span.status?.message ?? '',
        });
  }
}

const inserts = new Set<Promise<unknown>>();
let inserted = 0;

function insertBatch(table: keyof typeof rows): void {
  const values = rows[table];
  if (values.length === 0) return;
  rows[table] = [];
  inserted += values.length;
  const insert = client.insert({ table, values, format: 'JSONEachRow' });
  inserts.add(insert);
  void insert.finally(() => inserts.delete(insert));
}

async function take(path: string | undefined, body: Uint8Array): Promise<void> {
  const table = path === '/v1/logs' ? 'otel_logs' : 'otel_traces';
  if (table === 'otel_logs') readLogs(body);
  else readSpans(body);
  if (rows[table].length >= batchRows) insertBatch(table);
  while (inserts.size >= insertsAtOnce) await Promise.race(inserts);
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    void take(request.url, gunzipSync(body, { chunkSize: 1_048_576 })).then(() => response.end());
  });
});
server.listen(0, '127.0.0.1', () =>
  reportCpu({
    port: (server.address() as AddressInfo).port,
    async settled() {
      insertBatch('otel_logs');
      insertBatch('otel_traces');
      await Promise.all(inserts);
      return inserted;
    },
    async close() {
      await client.close();
      await engine.stop(1_000);
      rmSync(dataDir, { recursive: true });
    },
  }),
);
