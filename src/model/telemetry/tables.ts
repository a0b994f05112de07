/**
 * The telemetry tables, column by column. One list serves everyone: the DDL is rendered from it,
 * the OTLP reader writes Native blocks with the stored columns in this order, and search resolves
 * field names against it. Names and types are ClickStack's, so that HyperDX, Grafana and plain SQL
 * read the tables; columns marked `appended` hold what OTLP carries and ClickStack drops.
 */
export type TelemetryTable =
  | 'otel_logs'
  | 'otel_traces'
  | 'otel_metrics_gauge'
  | 'otel_metrics_sum'
  | 'otel_metrics_histogram'
  | 'otel_metrics_exponential_histogram'
  | 'otel_metrics_summary'
  | 'hyperdx_sessions';

/** What a record is, as OTLP names it. Sessions arrive as logs. */
export type Signal = 'logs' | 'traces' | 'metrics';

export interface Column {
  readonly name: string;
  /** ClickHouse type in the table. */
  readonly type: string;
  /** The rows of a resource, a scope or a metric have it in common. */
  readonly shared?: true;
  readonly codec?: string;
  /** Absent for columns that are inserted. */
  readonly computed?: {
    readonly kind: 'MATERIALIZED' | 'ALIAS' | 'DEFAULT';
    readonly expression: string;
  };
  readonly appended?: true;
}

/**
 * The type that an insert block declares for a column; the server casts it. What rows have in
 * common is in a block once, whatever the table makes of it.
 */
export const wireType = ({ type, shared }: Column): string =>
  shared ? type.replaceAll(/LowCardinality\(String\)|String/g, 'LowCardinality(String)') : type;

/** The columns that an insert block carries, in block order. */
export const insertedColumns = (columns: readonly Column[]): readonly Column[] =>
  columns.filter((column) => column.computed === undefined);

const zstd = 'ZSTD(1)';
const time = (name: string): Column => ({
  name,
  type: 'DateTime64(9)',
  codec: `Delta(8), ${zstd}`,
});
const string = (name: string): Column => ({ name, type: 'String', codec: zstd });
const label = (name: string): Column => ({ name, type: 'LowCardinality(String)', codec: zstd });
const map = (name: string): Column => ({
  name,
  type: 'Map(LowCardinality(String), String)',
  codec: zstd,
});
const number = (name: string, type: string): Column => ({ name, type, codec: zstd });
const array = (name: string, element: string): Column => ({
  name,
  type: `Array(${element})`,
  codec: zstd,
});
const shared = (column: Column): Column => ({ ...column, shared: true });
const appended = (column: Column): Column => ({ ...column, appended: true });

/** `key=value` of each map entry: what the text indexes on attributes hold. */
const items = (name: string, source: string): Column => ({
  name,
  type: 'Array(String)',
  computed: {
    kind: 'ALIAS',
    expression: `arrayMap((k, v) -> concat(k, '=', v), mapKeys(${source}), mapValues(${source}))`,
  },
});

/** Resource attributes that ClickStack materializes as columns of their own. */
export const materializedLogAttributes = [
  'k8s.cluster.name',
  'k8s.container.name',
  'k8s.deployment.name',
  'k8s.namespace.name',
  'k8s.node.name',
  'k8s.pod.name',
  'k8s.pod.uid',
  'deployment.environment.name',
] as const;

const materialized = (key: string): Column => ({
  name: `__hdx_materialized_${key}`,
  type: 'LowCardinality(String)',
  codec: zstd,
  computed: { kind: 'MATERIALIZED', expression: `ResourceAttributes['${key}']` },
});

/**
 * A DateTime64 as DateTime, kept within the years that a DateTime can hold: beyond them
 * `toDateTime` wraps around, and a record of the year 2107 would expire at once.
 */
export const clampedDateTime = (column: string): string =>
  `toDateTime(least(greatest(${column}, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC')))`;

const logColumns: readonly Column[] = [
  time('Timestamp'),
  string('TraceId'),
  string('SpanId'),
  number('TraceFlags', 'UInt8'),
  label('SeverityText'),
  number('SeverityNumber', 'UInt8'),
  shared(label('ServiceName')),
  string('Body'),
  shared(label('ResourceSchemaUrl')),
  shared(map('ResourceAttributes')),
  shared(label('ScopeSchemaUrl')),
  shared(string('ScopeName')),
  shared(label('ScopeVersion')),
  shared(map('ScopeAttributes')),
  map('LogAttributes'),
  string('EventName'),
  appended(time('ObservedTimestamp')),
  appended(number('Flags', 'UInt32')),
  appended(number('ResourceDroppedAttrCount', 'UInt32')),
  appended(number('ScopeDroppedAttrCount', 'UInt32')),
  appended(number('DroppedAttrCount', 'UInt32')),
];

const traceColumns: readonly Column[] = [
  time('Timestamp'),
  string('TraceId'),
  string('SpanId'),
  string('ParentSpanId'),
  string('TraceState'),
  label('SpanName'),
  label('SpanKind'),
  shared(label('ServiceName')),
  shared(map('ResourceAttributes')),
  shared(string('ScopeName')),
  shared(string('ScopeVersion')),
  map('SpanAttributes'),
  number('Duration', 'UInt64'),
  label('StatusCode'),
  string('StatusMessage'),
  array('Events.Timestamp', 'DateTime64(9)'),
  array('Events.Name', 'LowCardinality(String)'),
  array('Events.Attributes', 'Map(LowCardinality(String), String)'),
  array('Links.TraceId', 'String'),
  array('Links.SpanId', 'String'),
  array('Links.TraceState', 'String'),
  array('Links.Attributes', 'Map(LowCardinality(String), String)'),
  appended(shared(label('ResourceSchemaUrl'))),
  appended(shared(label('ScopeSchemaUrl'))),
  appended(shared(map('ScopeAttributes'))),
  appended(number('Flags', 'UInt32')),
  appended(number('ResourceDroppedAttrCount', 'UInt32')),
  appended(number('ScopeDroppedAttrCount', 'UInt32')),
  appended(number('DroppedAttrCount', 'UInt32')),
  appended(number('DroppedEventsCount', 'UInt32')),
  appended(number('DroppedLinksCount', 'UInt32')),
  appended(array('Events.DroppedAttrCount', 'UInt32')),
  appended(array('Links.DroppedAttrCount', 'UInt32')),
  appended(array('Links.Flags', 'UInt32')),
  {
    name: '__hdx_materialized_rum.sessionId',
    type: 'String',
    codec: zstd,
    computed: { kind: 'MATERIALIZED', expression: `ResourceAttributes['rum.sessionId']` },
  },
  {
    name: 'SampleRate',
    type: 'UInt64',
    codec: `T64, ${zstd}`,
    computed: {
      kind: 'MATERIALIZED',
      expression: `greatest(toUInt64OrZero(SpanAttributes['SampleRate']), 1)`,
    },
  },
  items('ResourceAttributeItems', 'ResourceAttributes'),
  items('SpanAttributeItems', 'SpanAttributes'),
];

const metricHead: readonly Column[] = [
  shared(map('ResourceAttributes')),
  shared(label('ResourceSchemaUrl')),
  shared(string('ScopeName')),
  shared(string('ScopeVersion')),
  shared(map('ScopeAttributes')),
  number('ScopeDroppedAttrCount', 'UInt32'),
  shared(string('ScopeSchemaUrl')),
  shared(label('ServiceName')),
  shared(label('MetricName')),
  shared(string('MetricDescription')),
  shared(string('MetricUnit')),
  map('Attributes'),
  time('StartTimeUnix'),
  time('TimeUnix'),
];

const metricTail: readonly Column[] = [
  number('Flags', 'UInt32'),
  array('Exemplars.FilteredAttributes', 'Map(LowCardinality(String), String)'),
  array('Exemplars.TimeUnix', 'DateTime64(9)'),
  array('Exemplars.Value', 'Float64'),
  array('Exemplars.SpanId', 'String'),
  array('Exemplars.TraceId', 'String'),
];

const metricAppended: readonly Column[] = [
  appended(number('ResourceDroppedAttrCount', 'UInt32')),
  appended(shared(map('MetricMetadata'))),
];

const temporality = number('AggregationTemporality', 'Int32');

/** Sum, Min and Max are optional in OTLP; 0 is stored when absent, and these say so. */
const presence = [
  appended(number('HasSum', 'Bool')),
  appended(number('HasMin', 'Bool')),
  appended(number('HasMax', 'Bool')),
];

const summaryTail = metricTail.slice(0, 1);

export const telemetryTables: Readonly<Record<TelemetryTable, readonly Column[]>> = {
  otel_logs: [
    ...logColumns,
    ...materializedLogAttributes.map(materialized),
    items('ResourceAttributeItems', 'ResourceAttributes'),
    items('ScopeAttributeItems', 'ScopeAttributes'),
    items('LogAttributeItems', 'LogAttributes'),
  ],
  otel_traces: traceColumns,
  otel_metrics_gauge: [...metricHead, number('Value', 'Float64'), ...metricTail, ...metricAppended],
  otel_metrics_sum: [
    ...metricHead,
    number('Value', 'Float64'),
    ...metricTail,
    temporality,
    number('IsMonotonic', 'Bool'),
    ...metricAppended,
  ],
  otel_metrics_histogram: [
    ...metricHead,
    number('Count', 'UInt64'),
    number('Sum', 'Float64'),
    array('BucketCounts', 'UInt64'),
    array('ExplicitBounds', 'Float64'),
    ...metricTail,
    number('Min', 'Float64'),
    number('Max', 'Float64'),
    temporality,
    ...metricAppended,
    ...presence,
  ],
  otel_metrics_exponential_histogram: [
    ...metricHead,
    number('Count', 'UInt64'),
    number('Sum', 'Float64'),
    number('Scale', 'Int32'),
    number('ZeroCount', 'UInt64'),
    number('PositiveOffset', 'Int32'),
    array('PositiveBucketCounts', 'UInt64'),
    number('NegativeOffset', 'Int32'),
    array('NegativeBucketCounts', 'UInt64'),
    ...metricTail,
    number('Min', 'Float64'),
    number('Max', 'Float64'),
    temporality,
    ...metricAppended,
    ...presence,
    appended(number('ZeroThreshold', 'Float64')),
  ],
  otel_metrics_summary: [
    ...metricHead,
    number('Count', 'UInt64'),
    number('Sum', 'Float64'),
    array('ValueAtQuantiles.Quantile', 'Float64'),
    array('ValueAtQuantiles.Value', 'Float64'),
    ...summaryTail,
    ...metricAppended,
  ],
  hyperdx_sessions: [
    ...logColumns,
    {
      name: 'TimestampTime',
      type: 'DateTime',
      codec: `Delta(4), ${zstd}`,
      computed: { kind: 'DEFAULT', expression: clampedDateTime('Timestamp') },
    },
  ],
};

/** Which tables the records of a signal may land in. */
export const tablesOfSignal: Readonly<Record<Signal, readonly TelemetryTable[]>> = {
  logs: ['otel_logs', 'hyperdx_sessions'],
  traces: ['otel_traces'],
  metrics: [
    'otel_metrics_gauge',
    'otel_metrics_sum',
    'otel_metrics_histogram',
    'otel_metrics_exponential_histogram',
    'otel_metrics_summary',
  ],
};
