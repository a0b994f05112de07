CREATE TABLE IF NOT EXISTS `castellan`.`otel_logs`
(
  `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TraceId` String CODEC(ZSTD(1)),
  `SpanId` String CODEC(ZSTD(1)),
  `TraceFlags` UInt8 CODEC(ZSTD(1)),
  `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
  `SeverityNumber` UInt8 CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `Body` String CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `LogAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `EventName` String CODEC(ZSTD(1)),
  `ObservedTimestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `DroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.cluster.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.cluster.name'] CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.container.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.container.name'] CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.deployment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.deployment.name'] CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.namespace.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.namespace.name'] CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.node.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.node.name'] CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] CODEC(ZSTD(1)),
  `__hdx_materialized_k8s.pod.uid` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.uid'] CODEC(ZSTD(1)),
  `__hdx_materialized_deployment.environment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['deployment.environment.name'] CODEC(ZSTD(1)),
  `ResourceAttributeItems` Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(ResourceAttributes), mapValues(ResourceAttributes)),
  `ScopeAttributeItems` Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(ScopeAttributes), mapValues(ScopeAttributes)),
  `LogAttributeItems` Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(LogAttributes), mapValues(LogAttributes)),
  INDEX idx_trace_id TraceId TYPE text(tokenizer = 'array'),
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE text(tokenizer = 'array'),
  INDEX idx_res_attr_items ResourceAttributeItems TYPE text(tokenizer = 'array'),
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE text(tokenizer = 'array'),
  INDEX idx_scope_attr_items ScopeAttributeItems TYPE text(tokenizer = 'array'),
  INDEX idx_log_attr_key mapKeys(LogAttributes) TYPE text(tokenizer = 'array'),
  INDEX idx_log_attr_items LogAttributeItems TYPE text(tokenizer = 'array'),
  INDEX idx_lower_body lowerUTF8(Body) TYPE text(tokenizer = 'splitByNonAlpha')
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
TTL toDateTime(least(greatest(Timestamp, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC'))) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_traces`
(
  `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TraceId` String CODEC(ZSTD(1)),
  `SpanId` String CODEC(ZSTD(1)),
  `ParentSpanId` String CODEC(ZSTD(1)),
  `TraceState` String CODEC(ZSTD(1)),
  `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
  `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `SpanAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `Duration` UInt64 CODEC(ZSTD(1)),
  `StatusCode` LowCardinality(String) CODEC(ZSTD(1)),
  `StatusMessage` String CODEC(ZSTD(1)),
  `Events.Timestamp` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Events.Name` Array(LowCardinality(String)) CODEC(ZSTD(1)),
  `Events.Attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Links.TraceId` Array(String) CODEC(ZSTD(1)),
  `Links.SpanId` Array(String) CODEC(ZSTD(1)),
  `Links.TraceState` Array(String) CODEC(ZSTD(1)),
  `Links.Attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `DroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `DroppedEventsCount` UInt32 CODEC(ZSTD(1)),
  `DroppedLinksCount` UInt32 CODEC(ZSTD(1)),
  `Events.DroppedAttrCount` Array(UInt32) CODEC(ZSTD(1)),
  `Links.DroppedAttrCount` Array(UInt32) CODEC(ZSTD(1)),
  `Links.Flags` Array(UInt32) CODEC(ZSTD(1)),
  `__hdx_materialized_rum.sessionId` String MATERIALIZED ResourceAttributes['rum.sessionId'] CODEC(ZSTD(1)),
  `SampleRate` UInt64 MATERIALIZED greatest(toUInt64OrZero(SpanAttributes['SampleRate']), 1) CODEC(T64, ZSTD(1)),
  `ResourceAttributeItems` Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(ResourceAttributes), mapValues(ResourceAttributes)),
  `SpanAttributeItems` Array(String) ALIAS arrayMap((k, v) -> concat(k, '=', v), mapKeys(SpanAttributes), mapValues(SpanAttributes)),
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX idx_rum_session_id `__hdx_materialized_rum.sessionId` TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE text(tokenizer = 'array'),
  INDEX idx_res_attr_items ResourceAttributeItems TYPE text(tokenizer = 'array'),
  INDEX idx_span_attr_key mapKeys(SpanAttributes) TYPE text(tokenizer = 'array'),
  INDEX idx_span_attr_items SpanAttributeItems TYPE text(tokenizer = 'array'),
  INDEX idx_duration Duration TYPE minmax GRANULARITY 1,
  INDEX idx_lower_span_name lowerUTF8(SpanName) TYPE text(tokenizer = 'splitByNonAlpha')
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))
TTL toDateTime(least(greatest(Timestamp, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC'))) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_metrics_gauge`
(
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Value` Float64 CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `MetricMetadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_metrics_sum`
(
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Value` Float64 CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `AggregationTemporality` Int32 CODEC(ZSTD(1)),
  `IsMonotonic` Bool CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `MetricMetadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_metrics_histogram`
(
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Count` UInt64 CODEC(ZSTD(1)),
  `Sum` Float64 CODEC(ZSTD(1)),
  `BucketCounts` Array(UInt64) CODEC(ZSTD(1)),
  `ExplicitBounds` Array(Float64) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `Min` Float64 CODEC(ZSTD(1)),
  `Max` Float64 CODEC(ZSTD(1)),
  `AggregationTemporality` Int32 CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `MetricMetadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `HasSum` Bool CODEC(ZSTD(1)),
  `HasMin` Bool CODEC(ZSTD(1)),
  `HasMax` Bool CODEC(ZSTD(1)),
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_metrics_exponential_histogram`
(
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Count` UInt64 CODEC(ZSTD(1)),
  `Sum` Float64 CODEC(ZSTD(1)),
  `Scale` Int32 CODEC(ZSTD(1)),
  `ZeroCount` UInt64 CODEC(ZSTD(1)),
  `PositiveOffset` Int32 CODEC(ZSTD(1)),
  `PositiveBucketCounts` Array(UInt64) CODEC(ZSTD(1)),
  `NegativeOffset` Int32 CODEC(ZSTD(1)),
  `NegativeBucketCounts` Array(UInt64) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  `Exemplars.TimeUnix` Array(DateTime64(9)) CODEC(ZSTD(1)),
  `Exemplars.Value` Array(Float64) CODEC(ZSTD(1)),
  `Exemplars.SpanId` Array(String) CODEC(ZSTD(1)),
  `Exemplars.TraceId` Array(String) CODEC(ZSTD(1)),
  `Min` Float64 CODEC(ZSTD(1)),
  `Max` Float64 CODEC(ZSTD(1)),
  `AggregationTemporality` Int32 CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `MetricMetadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `HasSum` Bool CODEC(ZSTD(1)),
  `HasMin` Bool CODEC(ZSTD(1)),
  `HasMax` Bool CODEC(ZSTD(1)),
  `ZeroThreshold` Float64 CODEC(ZSTD(1)),
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_metrics_summary`
(
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` String CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeSchemaUrl` String CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricName` LowCardinality(String) CODEC(ZSTD(1)),
  `MetricDescription` String CODEC(ZSTD(1)),
  `MetricUnit` String CODEC(ZSTD(1)),
  `Attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `StartTimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TimeUnix` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Count` UInt64 CODEC(ZSTD(1)),
  `Sum` Float64 CODEC(ZSTD(1)),
  `ValueAtQuantiles.Quantile` Array(Float64) CODEC(ZSTD(1)),
  `ValueAtQuantiles.Value` Array(Float64) CODEC(ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `MetricMetadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_time TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`hyperdx_sessions`
(
  `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `TraceId` String CODEC(ZSTD(1)),
  `SpanId` String CODEC(ZSTD(1)),
  `TraceFlags` UInt8 CODEC(ZSTD(1)),
  `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
  `SeverityNumber` UInt8 CODEC(ZSTD(1)),
  `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
  `Body` String CODEC(ZSTD(1)),
  `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `ScopeSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeName` String CODEC(ZSTD(1)),
  `ScopeVersion` LowCardinality(String) CODEC(ZSTD(1)),
  `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `LogAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  `EventName` String CODEC(ZSTD(1)),
  `ObservedTimestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `Flags` UInt32 CODEC(ZSTD(1)),
  `ResourceDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `ScopeDroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `DroppedAttrCount` UInt32 CODEC(ZSTD(1)),
  `TimestampTime` DateTime DEFAULT toDateTime(least(greatest(Timestamp, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC'))) CODEC(Delta(4), ZSTD(1)),
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_log_attr_key mapKeys(LogAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_log_attr_value mapValues(LogAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX idx_lower_body lowerUTF8(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8
)
ENGINE = MergeTree
PARTITION BY toDate(TimestampTime)
PRIMARY KEY (ServiceName, TimestampTime)
ORDER BY (ServiceName, TimestampTime, Timestamp)
TTL TimestampTime + toIntervalHour(36)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, enable_block_number_column = 1, enable_block_offset_column = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_logs_kv_rollup_15m`
(
  `Timestamp` DateTime CODEC(Delta(4), ZSTD(1)),
  `ColumnIdentifier` LowCardinality(String) CODEC(ZSTD(1)),
  `Key` LowCardinality(String) CODEC(ZSTD(1)),
  `Value` String CODEC(ZSTD(1)),
  `count` UInt64 CODEC(ZSTD(1)),
  INDEX idx_count count TYPE minmax GRANULARITY 1,
  INDEX idx_timestamp Timestamp TYPE minmax GRANULARITY 1
)
ENGINE = SummingMergeTree(count)
PARTITION BY toDate(Timestamp)
ORDER BY (ColumnIdentifier, Key, Timestamp, Value)
TTL Timestamp + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS `castellan`.`otel_logs_attr_kv_rollup_15m_mv`
TO `castellan`.`otel_logs_kv_rollup_15m`
AS SELECT
  bucket AS Timestamp,
  'NativeColumn' AS ColumnIdentifier,
  pair.1 AS Key,
  pair.2 AS Value,
  sum(rows) AS count
FROM
(
  SELECT
    toStartOfFifteenMinutes(toDateTime(least(greatest(Timestamp, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC')))) AS bucket,
    toString(SeverityText) AS v0,
    toString(ServiceName) AS v1,
    toString(ScopeName) AS v2,
    toString(ScopeVersion) AS v3,
    toString(ResourceSchemaUrl) AS v4,
    toString(ScopeSchemaUrl) AS v5,
    toString(ResourceAttributes['k8s.cluster.name']) AS v6,
    toString(ResourceAttributes['k8s.container.name']) AS v7,
    toString(ResourceAttributes['k8s.deployment.name']) AS v8,
    toString(ResourceAttributes['k8s.namespace.name']) AS v9,
    toString(ResourceAttributes['k8s.node.name']) AS v10,
    toString(ResourceAttributes['k8s.pod.name']) AS v11,
    toString(ResourceAttributes['k8s.pod.uid']) AS v12,
    toString(ResourceAttributes['deployment.environment.name']) AS v13,
    count() AS rows
  FROM `castellan`.`otel_logs`
  GROUP BY bucket, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13
)
ARRAY JOIN [('SeverityText', v0), ('ServiceName', v1), ('ScopeName', v2), ('ScopeVersion', v3), ('ResourceSchemaUrl', v4), ('ScopeSchemaUrl', v5), ('__hdx_materialized_k8s.cluster.name', v6), ('__hdx_materialized_k8s.container.name', v7), ('__hdx_materialized_k8s.deployment.name', v8), ('__hdx_materialized_k8s.namespace.name', v9), ('__hdx_materialized_k8s.node.name', v10), ('__hdx_materialized_k8s.pod.name', v11), ('__hdx_materialized_k8s.pod.uid', v12), ('__hdx_materialized_deployment.environment.name', v13)] AS pair
WHERE Value != ''
GROUP BY Timestamp, Key, Value;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_traces_kv_rollup_15m`
(
  `Timestamp` DateTime CODEC(Delta(4), ZSTD(1)),
  `ColumnIdentifier` LowCardinality(String) CODEC(ZSTD(1)),
  `Key` LowCardinality(String) CODEC(ZSTD(1)),
  `Value` String CODEC(ZSTD(1)),
  `count` UInt64 CODEC(ZSTD(1)),
  INDEX idx_count count TYPE minmax GRANULARITY 1,
  INDEX idx_timestamp Timestamp TYPE minmax GRANULARITY 1
)
ENGINE = SummingMergeTree(count)
PARTITION BY toDate(Timestamp)
ORDER BY (ColumnIdentifier, Key, Timestamp, Value)
TTL Timestamp + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS `castellan`.`otel_traces_attr_kv_rollup_15m_mv`
TO `castellan`.`otel_traces_kv_rollup_15m`
AS SELECT
  bucket AS Timestamp,
  'NativeColumn' AS ColumnIdentifier,
  pair.1 AS Key,
  pair.2 AS Value,
  sum(rows) AS count
FROM
(
  SELECT
    toStartOfFifteenMinutes(toDateTime(least(greatest(Timestamp, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC')))) AS bucket,
    toString(ServiceName) AS v0,
    toString(SpanName) AS v1,
    toString(SpanKind) AS v2,
    toString(StatusCode) AS v3,
    toString(ScopeName) AS v4,
    toString(ScopeVersion) AS v5,
    count() AS rows
  FROM `castellan`.`otel_traces`
  GROUP BY bucket, v0, v1, v2, v3, v4, v5
)
ARRAY JOIN [('ServiceName', v0), ('SpanName', v1), ('SpanKind', v2), ('StatusCode', v3), ('ScopeName', v4), ('ScopeVersion', v5)] AS pair
WHERE Value != ''
GROUP BY Timestamp, Key, Value;

CREATE TABLE IF NOT EXISTS `castellan`.`otel_traces_trace_id_ts`
(
  `TraceId` String CODEC(ZSTD(1)),
  `Start` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  `End` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Start)
ORDER BY (TraceId, Start)
TTL toDateTime(least(greatest(Start, toDateTime64('1970-01-01 00:00:00', 9, 'UTC')), toDateTime64('2106-01-01 00:00:00', 9, 'UTC'))) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS `castellan`.`otel_traces_trace_id_ts_mv`
TO `castellan`.`otel_traces_trace_id_ts`
AS SELECT
  TraceId,
  min(Timestamp) AS Start,
  max(Timestamp) AS End
FROM `castellan`.`otel_traces`
WHERE TraceId != ''
GROUP BY TraceId;

CREATE TABLE IF NOT EXISTS `castellan`.`fleet_samples`
(
  `Cluster` LowCardinality(String) CODEC(ZSTD(1)),
  `Node` LowCardinality(String) CODEC(ZSTD(1)),
  `HostName` LowCardinality(String) CODEC(ZSTD(1)),
  `Time` DateTime64(3) CODEC(Delta(8), ZSTD(1)),
  `StartedAt` DateTime64(3) CODEC(ZSTD(1)),
  `ElapsedMs` UInt64 CODEC(ZSTD(1)),
  `Gauges` Map(String, Float64) CODEC(ZSTD(1)),
  `Increases` Map(String, Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Time)
ORDER BY (Cluster, Node, Time)
TTL toDateTime(Time) + toIntervalDay(2)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `castellan`.`fleet_samples_1m`
(
  `Cluster` LowCardinality(String) CODEC(ZSTD(1)),
  `Node` LowCardinality(String) CODEC(ZSTD(1)),
  `Time` DateTime CODEC(Delta(4), ZSTD(1)),
  `ElapsedMs` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  `Min` SimpleAggregateFunction(minMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Max` SimpleAggregateFunction(maxMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Sum` SimpleAggregateFunction(sumMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Count` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1)),
  `Last` AggregateFunction(argMax, Map(String, Float64), DateTime64(3)) CODEC(ZSTD(1)),
  `Increases` SimpleAggregateFunction(sumMap, Map(String, Float64)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toMonday(Time)
ORDER BY (Cluster, Node, Time)
TTL Time + toIntervalDay(14)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS `castellan`.`fleet_samples_1m_mv`
TO `castellan`.`fleet_samples_1m`
AS SELECT
  Cluster,
  Node,
  toStartOfInterval(toDateTime(Time), toIntervalMinute(1)) AS Time,
  sum(s.ElapsedMs) AS ElapsedMs,
  minMap(s.Gauges) AS Min,
  maxMap(s.Gauges) AS Max,
  sumMap(s.Gauges) AS Sum,
  sumMap(mapApply((name, value) -> (name, toUInt64(1)), s.Gauges)) AS Count,
  argMaxState(s.Gauges, s.Time) AS Last,
  sumMap(s.Increases) AS Increases
FROM `castellan`.`fleet_samples` AS s
GROUP BY Cluster, Node, Time;

CREATE TABLE IF NOT EXISTS `castellan`.`fleet_samples_10m`
(
  `Cluster` LowCardinality(String) CODEC(ZSTD(1)),
  `Node` LowCardinality(String) CODEC(ZSTD(1)),
  `Time` DateTime CODEC(Delta(4), ZSTD(1)),
  `ElapsedMs` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  `Min` SimpleAggregateFunction(minMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Max` SimpleAggregateFunction(maxMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Sum` SimpleAggregateFunction(sumMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Count` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1)),
  `Last` AggregateFunction(argMax, Map(String, Float64), DateTime64(3)) CODEC(ZSTD(1)),
  `Increases` SimpleAggregateFunction(sumMap, Map(String, Float64)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toMonday(Time)
ORDER BY (Cluster, Node, Time)
TTL Time + toIntervalDay(90)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS `castellan`.`fleet_samples_10m_mv`
TO `castellan`.`fleet_samples_10m`
AS SELECT
  Cluster,
  Node,
  toStartOfInterval(toDateTime(Time), toIntervalMinute(10)) AS Time,
  sum(s.ElapsedMs) AS ElapsedMs,
  minMap(s.Gauges) AS Min,
  maxMap(s.Gauges) AS Max,
  sumMap(s.Gauges) AS Sum,
  sumMap(mapApply((name, value) -> (name, toUInt64(1)), s.Gauges)) AS Count,
  argMaxState(s.Gauges, s.Time) AS Last,
  sumMap(s.Increases) AS Increases
FROM `castellan`.`fleet_samples` AS s
GROUP BY Cluster, Node, Time;

CREATE TABLE IF NOT EXISTS `castellan`.`fleet_samples_1h`
(
  `Cluster` LowCardinality(String) CODEC(ZSTD(1)),
  `Node` LowCardinality(String) CODEC(ZSTD(1)),
  `Time` DateTime CODEC(Delta(4), ZSTD(1)),
  `ElapsedMs` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
  `Min` SimpleAggregateFunction(minMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Max` SimpleAggregateFunction(maxMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Sum` SimpleAggregateFunction(sumMap, Map(String, Float64)) CODEC(ZSTD(1)),
  `Count` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1)),
  `Last` AggregateFunction(argMax, Map(String, Float64), DateTime64(3)) CODEC(ZSTD(1)),
  `Increases` SimpleAggregateFunction(sumMap, Map(String, Float64)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (Cluster, Node, Time)
TTL Time + toIntervalDay(400)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS `castellan`.`fleet_samples_1h_mv`
TO `castellan`.`fleet_samples_1h`
AS SELECT
  Cluster,
  Node,
  toStartOfInterval(toDateTime(Time), toIntervalMinute(60)) AS Time,
  sum(s.ElapsedMs) AS ElapsedMs,
  minMap(s.Gauges) AS Min,
  maxMap(s.Gauges) AS Max,
  sumMap(s.Gauges) AS Sum,
  sumMap(mapApply((name, value) -> (name, toUInt64(1)), s.Gauges)) AS Count,
  argMaxState(s.Gauges, s.Time) AS Last,
  sumMap(s.Increases) AS Increases
FROM `castellan`.`fleet_samples` AS s
GROUP BY Cluster, Node, Time;
