import { clampedDateTime, type TelemetryTable } from '../../../model/telemetry/tables.ts';

/** What the DDL of a table needs beside its columns. */
export interface Layout {
  /** Column that time-to-live counts from; an expression of type Date or DateTime. */
  readonly ttlAnchor: string;
  readonly partitionBy: string;
  readonly orderBy: string;
  readonly primaryKey?: string;
  /** Skip indexes for servers with text indexes (26.2 and later), and for those before. */
  readonly indexes: { readonly text: readonly string[]; readonly compat: readonly string[] };
}

const mapIndexes = (prefix: string, map: string, items: string) => ({
  text: [
    `INDEX idx_${prefix}_key mapKeys(${map}) TYPE text(tokenizer = 'array')`,
    `INDEX idx_${prefix}_items ${items} TYPE text(tokenizer = 'array')`,
  ],
  compat: [
    `INDEX idx_${prefix}_key mapKeys(${map}) TYPE bloom_filter(0.01) GRANULARITY 1`,
    `INDEX idx_${prefix}_value mapValues(${map}) TYPE bloom_filter(0.01) GRANULARITY 1`,
  ],
});

const resource = mapIndexes('res_attr', 'ResourceAttributes', 'ResourceAttributeItems');
const scope = mapIndexes('scope_attr', 'ScopeAttributes', 'ScopeAttributeItems');
const log = mapIndexes('log_attr', 'LogAttributes', 'LogAttributeItems');
const span = mapIndexes('span_attr', 'SpanAttributes', 'SpanAttributeItems');

const lowerText = (name: string, column: string) => ({
  // The index holds the expression, not a preprocessor: with a preprocessor the answer of a query
  // depends on whether the index was used.
  text: `INDEX ${name} lowerUTF8(${column}) TYPE text(tokenizer = 'splitByNonAlpha')`,
  compat: `INDEX ${name} lowerUTF8(${column}) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8`,
});
const body = lowerText('idx_lower_body', 'Body');
const spanName = lowerText('idx_lower_span_name', 'SpanName');

const traceIdBloom = 'INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1';

const attributes = mapIndexes('attr', 'Attributes', '');

const metricIndexes = [
  ...resource.compat,
  ...scope.compat,
  ...attributes.compat,
  'INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1',
];

const metric: Layout = {
  ttlAnchor: clampedDateTime('TimeUnix'),
  partitionBy: 'toDate(TimeUnix)',
  // The hour before the hash of the attributes: a time range stays readable, series stay together.
  orderBy: '(ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)',
  indexes: { text: metricIndexes, compat: metricIndexes },
};

export const layouts: Readonly<Record<TelemetryTable, Layout>> = {
  otel_logs: {
    ttlAnchor: clampedDateTime('Timestamp'),
    partitionBy: 'toDate(Timestamp)',
    orderBy: '(toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)',
    indexes: {
      text: [
        `INDEX idx_trace_id TraceId TYPE text(tokenizer = 'array')`,
        ...resource.text,
        ...scope.text,
        ...log.text,
        body.text,
      ],
      compat: [traceIdBloom, ...resource.compat, ...scope.compat, ...log.compat, body.compat],
    },
  },
  otel_traces: {
    ttlAnchor: clampedDateTime('Timestamp'),
    partitionBy: 'toDate(Timestamp)',
    orderBy: '(ServiceName, SpanName, toDateTime(Timestamp))',
    indexes: {
      text: [
        traceIdBloom,
        'INDEX idx_rum_session_id `__hdx_materialized_rum.sessionId` TYPE bloom_filter(0.001) GRANULARITY 1',
        ...resource.text,
        ...span.text,
        'INDEX idx_duration Duration TYPE minmax GRANULARITY 1',
        spanName.text,
      ],
      compat: [
        traceIdBloom,
        'INDEX idx_rum_session_id `__hdx_materialized_rum.sessionId` TYPE bloom_filter(0.001) GRANULARITY 1',
        ...resource.compat,
        ...span.compat,
        'INDEX idx_duration Duration TYPE minmax GRANULARITY 1',
        spanName.compat,
      ],
    },
  },
  otel_metrics_gauge: metric,
  otel_metrics_sum: metric,
  otel_metrics_histogram: metric,
  otel_metrics_exponential_histogram: metric,
  otel_metrics_summary: metric,
  hyperdx_sessions: {
    ttlAnchor: 'TimestampTime',
    partitionBy: 'toDate(TimestampTime)',
    primaryKey: '(ServiceName, TimestampTime)',
    orderBy: '(ServiceName, TimestampTime, Timestamp)',
    indexes: {
      text: [traceIdBloom, ...resource.compat, ...scope.compat, ...log.compat, body.compat],
      compat: [traceIdBloom, ...resource.compat, ...scope.compat, ...log.compat, body.compat],
    },
  },
};
