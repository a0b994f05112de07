import type { Message } from '@bufbuild/protobuf';
import type { ExportLogsServiceRequest } from '../../../../test/proto/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.js';
import type { ExportMetricsServiceRequest } from '../../../../test/proto/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.js';
import type { ExportTraceServiceRequest } from '../../../../test/proto/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.js';
import type { InstrumentationScope } from '../../../../test/proto/gen/opentelemetry/proto/common/v1/common_pb.js';
import type { LogRecord } from '../../../../test/proto/gen/opentelemetry/proto/logs/v1/logs_pb.js';
import type { Resource } from '../../../../test/proto/gen/opentelemetry/proto/resource/v1/resource_pb.js';
import type { Span } from '../../../../test/proto/gen/opentelemetry/proto/trace/v1/trace_pb.js';
import type { DecodeOptions } from '../../../model/telemetry/block.ts';
import type { Signal, TelemetryTable } from '../../../model/telemetry/tables.ts';
import { expectedMetricRows } from './expected-metrics.ts';
import { expectedId, expectedMap, expectedText } from './expected-text.ts';
import type { Row } from './native-reader.ts';

/** What a request should become: rows by table, in order, and how many records are refused. */
export interface Expected {
  readonly rows: Partial<Record<TelemetryTable, Row[]>>;
  refused: number;
}

/** The rows of a table, begun where there are none. */
export function rowsIn(rows: Expected['rows'], table: TelemetryTable): Row[] {
  rows[table] ??= [];
  return rows[table];
}

type Times = Pick<DecodeOptions, 'arrivalNs' | 'oldestNs' | 'oldestSessionNs'>;

const storable = (ns: bigint): boolean => ns < 2n ** 63n;

/** Maps a message that protobuf-es has decoded to rows: the plain way, as the documents say. */
export function expectedRows(signal: Signal, message: Message, options: Times): Expected {
  const expected: Expected = { rows: {}, refused: 0 };
  const add = (table: TelemetryTable, row: Row, times: readonly bigint[], time: bigint): void => {
    const oldest = table === 'hyperdx_sessions' ? options.oldestSessionNs : options.oldestNs;
    const kept = [time, ...times].every(storable) && (oldest === undefined || time >= oldest);
    if (!kept) expected.refused++;
    else rowsIn(expected.rows, table).push(row);
  };
  if (signal === 'logs') addLogs(message as ExportLogsServiceRequest, options, add);
  else if (signal === 'traces') addSpans(message as ExportTraceServiceRequest, add, expected);
  else expectedMetricRows(message as ExportMetricsServiceRequest, add);
  return expected;
}

export type AddRow = (
  table: TelemetryTable,
  row: Row,
  times: readonly bigint[],
  time: bigint,
) => void;

export const sharedColumns = (
  resource: Resource | undefined,
  resourceUrl: string,
  scope: InstrumentationScope | undefined,
  scopeUrl: string,
): Row => {
  const attributes = expectedMap(resource?.attributes ?? []);
  return {
    ServiceName: attributes.find(([key]) => key === 'service.name')?.[1] ?? '',
    ResourceAttributes: attributes,
    ResourceSchemaUrl: resourceUrl,
    ResourceDroppedAttrCount: resource?.droppedAttributesCount ?? 0,
    ScopeName: scope?.name ?? '',
    ScopeVersion: scope?.version ?? '',
    ScopeAttributes: expectedMap(scope?.attributes ?? []),
    ScopeSchemaUrl: scopeUrl,
    ScopeDroppedAttrCount: scope?.droppedAttributesCount ?? 0,
  };
};

function addLogs(request: ExportLogsServiceRequest, options: Times, add: AddRow): void {
  for (const { resource, schemaUrl, scopeLogs } of request.resourceLogs)
    for (const logs of scopeLogs) {
      const shared = sharedColumns(resource, schemaUrl, logs.scope, logs.schemaUrl);
      for (const record of logs.logRecords) addLog(record, shared, options, add);
    }
}

function addLog(record: LogRecord, shared: Row, options: Times, add: AddRow): void {
  const time = record.timeUnixNano || record.observedTimeUnixNano || options.arrivalNs;
  const attributes = expectedMap(record.attributes);
  const number = record.severityNumber as number;
  const replay = attributes.some(([key]) => key === 'rr-web.event');
  const row = {
    ...shared,
    Timestamp: time,
    TraceId: expectedId(record.traceId, 16),
    SpanId: expectedId(record.spanId, 8),
    TraceFlags: record.flags % 256,
    SeverityText: record.severityText,
    SeverityNumber: number >= 0 && number < 256 ? number : 0,
    Body: expectedText(record.body),
    LogAttributes: attributes,
    EventName: record.eventName,
    ObservedTimestamp: record.observedTimeUnixNano,
    Flags: record.flags,
    DroppedAttrCount: record.droppedAttributesCount,
  };
  add(replay ? 'hyperdx_sessions' : 'otel_logs', row, [record.observedTimeUnixNano], time);
}

const kinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];
const codes = ['Unset', 'Ok', 'Error'];

function addSpans(request: ExportTraceServiceRequest, add: AddRow, expected: Expected): void {
  for (const { resource, schemaUrl, scopeSpans } of request.resourceSpans)
    for (const spans of scopeSpans) {
      const shared = sharedColumns(resource, schemaUrl, spans.scope, spans.schemaUrl);
      for (const span of spans.spans) {
        const valid =
          [0, 16].includes(span.traceId.length) &&
          [0, 8].includes(span.spanId.length) &&
          [0, 8].includes(span.parentSpanId.length);
        if (!valid) expected.refused++;
        else addSpan(span, shared, add);
      }
    }
}

function addSpan(span: Span, shared: Row, add: AddRow): void {
  const { startTimeUnixNano: start, endTimeUnixNano: end, events, links } = span;
  const row = {
    ...shared,
    Timestamp: start,
    TraceId: expectedId(span.traceId, 16),
    SpanId: expectedId(span.spanId, 8),
    ParentSpanId: expectedId(span.parentSpanId, 8),
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind: kinds[span.kind] ?? 'Unspecified',
    SpanAttributes: expectedMap(span.attributes),
    Duration: end > start ? end - start : 0n,
    StatusCode: codes[span.status?.code ?? 0] ?? 'Unset',
    StatusMessage: span.status?.message ?? '',
    'Events.Timestamp': events.map((event) => event.timeUnixNano),
    'Events.Name': events.map((event) => event.name),
    'Events.Attributes': events.map((event) => expectedMap(event.attributes)),
    'Events.DroppedAttrCount': events.map((event) => event.droppedAttributesCount),
    'Links.TraceId': links.map((link) => expectedId(link.traceId, 16)),
    'Links.SpanId': links.map((link) => expectedId(link.spanId, 8)),
    'Links.TraceState': links.map((link) => link.traceState),
    'Links.Attributes': links.map((link) => expectedMap(link.attributes)),
    'Links.DroppedAttrCount': links.map((link) => link.droppedAttributesCount),
    'Links.Flags': links.map((link) => link.flags),
    Flags: span.flags,
    DroppedAttrCount: span.droppedAttributesCount,
    DroppedEventsCount: span.droppedEventsCount,
    DroppedLinksCount: span.droppedLinksCount,
  };
  add('otel_traces', row, [end, ...events.map((event) => event.timeUnixNano)], start);
}
