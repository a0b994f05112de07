import { sqlName } from '../../../base/sql-text.ts';
import {
  type Column,
  clampedDateTime,
  materializedLogAttributes,
  type TelemetryTable,
  telemetryTables,
} from '../../../model/telemetry/tables.ts';
import { layouts } from './layout.ts';
import { retentionOf, ttlClause } from './ttl.ts';

/** Days, hours, … in milliseconds for each kind of table; 0 = kept for ever. */
export interface Retention {
  readonly logsMs: number;
  readonly tracesMs: number;
  readonly metricsMs: number;
  readonly sessionsMs: number;
}

/** What the tables are made for. */
export interface SchemaTarget {
  readonly database: string;
  readonly retention: Retention;
  /** False before ClickHouse 26.2: bloom filters take the place of text indexes. */
  readonly textIndexes: boolean;
  /** Where the store is a cluster: Replicated tables on each of its servers. */
  readonly cluster?: { readonly name: string; readonly shards: number };
}

/** `ON CLUSTER …` or nothing. */
export const onCluster = (target: SchemaTarget): string =>
  target.cluster ? ` ON CLUSTER ${sqlName(target.cluster.name)}` : '';

/**
 * The name of the table that holds the data. On a sharded cluster the known name belongs to a
 * Distributed table over it.
 */
export const storageName = (target: SchemaTarget, table: string): string =>
  (target.cluster?.shards ?? 1) > 1 ? `${table}_local` : table;

const settings = (target: SchemaTarget): string =>
  [
    'index_granularity = 8192',
    'ttl_only_drop_parts = 1',
    // They give every row an identity that merges keep: cursors and the live tail stand on it.
    'enable_block_number_column = 1',
    'enable_block_offset_column = 1',
    ...durability(target),
  ].join(', ');

/**
 * An insert is on disk when it is answered, because the spool forgets its copy then. Merges need no
 * fsync: the parts they replace stay for minutes, longer than the kernel holds back writes.
 * A table remembers so many insert tokens: a retry within as many inserts is stored once.
 */
export const durability = (target: SchemaTarget): string[] => [
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  ...(target.cluster
    ? [
        'replicated_deduplication_window = 10000',
        'replicated_deduplication_window_seconds = 604800',
      ]
    : ['non_replicated_deduplication_window = 10000']),
];

/** The table's engine, Replicated on a cluster. */
export const engine = (
  target: SchemaTarget,
  family: 'MergeTree' | 'SummingMergeTree' | 'AggregatingMergeTree',
  args = '',
): string =>
  target.cluster
    ? `Replicated${family}('/clickhouse/tables/{uuid}/{shard}', '{replica}'${args && `, ${args}`})`
    : `${family}${args && `(${args})`}`;

export function columnDdl(column: Column): string {
  const computed = column.computed ? ` ${column.computed.kind} ${column.computed.expression}` : '';
  const codec = column.codec ? ` CODEC(${column.codec})` : '';
  return `  ${sqlName(column.name)} ${column.type}${computed}${codec}`;
}

/** CREATE TABLE of one telemetry table, and the Distributed table over it on a sharded cluster. */
export function renderTable(target: SchemaTarget, table: TelemetryTable): string[] {
  const layout = layouts[table];
  // Alias columns of key=value items exist for the text index only.
  const columns = telemetryTables[table].filter(
    (column) => target.textIndexes || column.computed?.kind !== 'ALIAS',
  );
  const indexes = layout.indexes[target.textIndexes ? 'text' : 'compat'];
  const lines = [...columns.map(columnDdl), ...indexes.map((index) => `  ${index}`)];
  const create = [
    `CREATE TABLE IF NOT EXISTS ${sqlName(target.database)}.${sqlName(storageName(target, table))}${onCluster(target)}`,
    `(\n${lines.join(',\n')}\n)`,
    `ENGINE = ${engine(target, 'MergeTree')}`,
    `PARTITION BY ${layout.partitionBy}`,
    ...(layout.primaryKey ? [`PRIMARY KEY ${layout.primaryKey}`] : []),
    `ORDER BY ${layout.orderBy}`,
    ...ttlClause(layout.ttlAnchor, retentionOf(table, target.retention)),
    `SETTINGS ${settings(target)}`,
  ].join('\n');
  return [create, ...renderDistributed(target, table, 'cityHash64(ServiceName)')];
}

/** On a sharded cluster: the table of the known name, over the shards. Else nothing. */
export function renderDistributed(
  target: SchemaTarget,
  table: string,
  shardingKey: string,
): string[] {
  if (!target.cluster || target.cluster.shards < 2) return [];
  const name = `${sqlName(target.database)}.${sqlName(table)}`;
  const local = storageName(target, table);
  return [
    `CREATE TABLE IF NOT EXISTS ${name}${onCluster(target)} AS ${sqlName(target.database)}.${sqlName(local)}\n` +
      `ENGINE = Distributed(${sqlName(target.cluster.name)}, ${sqlName(target.database)}, ${sqlName(local)}, ${shardingKey})`,
  ];
}

interface Rollup {
  readonly source: 'otel_logs' | 'otel_traces';
  readonly table: string;
  readonly view: string;
  /** Facet name → expression over the source's columns. */
  readonly keys: Readonly<Record<string, string>>;
}

const plain = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));

/** The facet roll-ups: how often each value of a low-cardinality column occurs, by quarter hour. */
export const rollups: readonly Rollup[] = [
  {
    source: 'otel_logs',
    table: 'otel_logs_kv_rollup_15m',
    view: 'otel_logs_attr_kv_rollup_15m_mv',
    keys: {
      ...plain(
        'SeverityText',
        'ServiceName',
        'ScopeName',
        'ScopeVersion',
        'ResourceSchemaUrl',
        'ScopeSchemaUrl',
      ),
      ...Object.fromEntries(
        materializedLogAttributes.map((key) => [
          `__hdx_materialized_${key}`,
          `ResourceAttributes['${key}']`,
        ]),
      ),
    },
  },
  {
    source: 'otel_traces',
    table: 'otel_traces_kv_rollup_15m',
    view: 'otel_traces_attr_kv_rollup_15m_mv',
    keys: plain('ServiceName', 'SpanName', 'SpanKind', 'StatusCode', 'ScopeName', 'ScopeVersion'),
  },
];

/** The roll-up's table and the view that feeds it. */
export function renderRollup(target: SchemaTarget, rollup: Rollup): string[] {
  const database = sqlName(target.database);
  const name = sqlName(storageName(target, rollup.table));
  const retentionMs = retentionOf(rollup.source, target.retention);
  const table = [
    `CREATE TABLE IF NOT EXISTS ${database}.${name}${onCluster(target)}`,
    '(',
    '  `Timestamp` DateTime CODEC(Delta(4), ZSTD(1)),',
    '  `ColumnIdentifier` LowCardinality(String) CODEC(ZSTD(1)),',
    '  `Key` LowCardinality(String) CODEC(ZSTD(1)),',
    '  `Value` String CODEC(ZSTD(1)),',
    '  `count` UInt64 CODEC(ZSTD(1)),',
    '  INDEX idx_count count TYPE minmax GRANULARITY 1,',
    '  INDEX idx_timestamp Timestamp TYPE minmax GRANULARITY 1',
    ')',
    `ENGINE = ${engine(target, 'SummingMergeTree', 'count')}`,
    'PARTITION BY toDate(Timestamp)',
    'ORDER BY (ColumnIdentifier, Key, Timestamp, Value)',
    ...ttlClause('Timestamp', retentionMs),
    `SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, ${durability(target).join(', ')}`,
  ].join('\n');
  const aliases = Object.entries(rollup.keys);
  const view = [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${sqlName(rollup.view)}${onCluster(target)}`,
    `TO ${database}.${name}`,
    'AS SELECT',
    '  bucket AS Timestamp,',
    `  'NativeColumn' AS ColumnIdentifier,`,
    '  pair.1 AS Key,',
    '  pair.2 AS Value,',
    '  sum(rows) AS count',
    'FROM',
    '(',
    // Grouping before the fan-out: a block has few combinations, and each row would make one row
    // for each facet otherwise.
    '  SELECT',
    `    toStartOfFifteenMinutes(${clampedDateTime('Timestamp')}) AS bucket,`,
    ...aliases.map(([, expression], i) => `    toString(${expression}) AS v${i},`),
    '    count() AS rows',
    `  FROM ${database}.${sqlName(storageName(target, rollup.source))}`,
    `  GROUP BY bucket, ${aliases.map((_, i) => `v${i}`).join(', ')}`,
    ')',
    `ARRAY JOIN [${aliases.map(([key], i) => `('${key}', v${i})`).join(', ')}] AS pair`,
    `WHERE Value != ''`,
    'GROUP BY Timestamp, Key, Value',
  ].join('\n');
  return [table, ...renderDistributed(target, rollup.table, 'cityHash64(Key)'), view];
}

/** Where a trace's spans lie in time, by its id: what makes opening a trace cheap. */
export function renderTraceLookup(target: SchemaTarget): string[] {
  const database = sqlName(target.database);
  const name = sqlName(storageName(target, 'otel_traces_trace_id_ts'));
  const table = [
    `CREATE TABLE IF NOT EXISTS ${database}.${name}${onCluster(target)}`,
    '(',
    '  `TraceId` String CODEC(ZSTD(1)),',
    '  `Start` DateTime64(9) CODEC(Delta(8), ZSTD(1)),',
    '  `End` DateTime64(9) CODEC(Delta(8), ZSTD(1)),',
    '  INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1',
    ')',
    `ENGINE = ${engine(target, 'MergeTree')}`,
    'PARTITION BY toDate(Start)',
    'ORDER BY (TraceId, Start)',
    ...ttlClause(clampedDateTime('Start'), target.retention.tracesMs),
    `SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, ${durability(target).join(', ')}`,
  ].join('\n');
  const view = [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.\`otel_traces_trace_id_ts_mv\`${onCluster(target)}`,
    `TO ${database}.${name}`,
    'AS SELECT',
    '  TraceId,',
    '  min(Timestamp) AS Start,',
    '  max(Timestamp) AS End',
    `FROM ${database}.${sqlName(storageName(target, 'otel_traces'))}`,
    `WHERE TraceId != ''`,
    'GROUP BY TraceId',
  ].join('\n');
  return [
    table,
    ...renderDistributed(target, 'otel_traces_trace_id_ts', 'cityHash64(TraceId)'),
    view,
  ];
}
