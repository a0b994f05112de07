import { sqlName } from '../../../base/sql-text.ts';
import { type SampleTable, sampleTables } from '../../../model/fleet/sample-store.ts';
import { spooledTables } from '../../../model/telemetry/spooled-tables.ts';
import {
  columnDdl,
  durability,
  engine,
  onCluster,
  renderDistributed,
  type SchemaTarget,
  storageName,
} from './ddl.ts';
import { ttlClause } from './ttl.ts';

const [raw, ...rolledUp] = sampleTables;
const shardingKey = 'cityHash64(Cluster, Node)';
const order = 'ORDER BY (Cluster, Node, Time)';

const nameOf = (target: SchemaTarget, table: string): string =>
  `${sqlName(target.database)}.${sqlName(storageName(target, table))}`;

const settings = (target: SchemaTarget): string =>
  `SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, ${durability(target).join(', ')}`;

const numbers = 'Map(String, Float64)';

/** Of each gauge the lowest, the highest, the sum, the number and the last; increases are sums. */
const rollupColumns = [
  '  `Cluster` LowCardinality(String) CODEC(ZSTD(1))',
  '  `Node` LowCardinality(String) CODEC(ZSTD(1))',
  '  `Time` DateTime CODEC(Delta(4), ZSTD(1))',
  '  `ElapsedMs` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1))',
  `  \`Min\` SimpleAggregateFunction(minMap, ${numbers}) CODEC(ZSTD(1))`,
  `  \`Max\` SimpleAggregateFunction(maxMap, ${numbers}) CODEC(ZSTD(1))`,
  `  \`Sum\` SimpleAggregateFunction(sumMap, ${numbers}) CODEC(ZSTD(1))`,
  '  `Count` SimpleAggregateFunction(sumMap, Map(String, UInt64)) CODEC(ZSTD(1))',
  `  \`Last\` AggregateFunction(argMax, ${numbers}, DateTime64(3)) CODEC(ZSTD(1))`,
  `  \`Increases\` SimpleAggregateFunction(sumMap, ${numbers}) CODEC(ZSTD(1))`,
];

/** The samples, and their roll-ups, each fed from the samples themselves. */
export const renderSamples = (target: SchemaTarget): string[] => [
  [
    `CREATE TABLE IF NOT EXISTS ${nameOf(target, raw.table)}${onCluster(target)}`,
    `(\n${spooledTables.fleet_samples.map(columnDdl).join(',\n')}\n)`,
    `ENGINE = ${engine(target, 'MergeTree')}`,
    'PARTITION BY toDate(Time)',
    order,
    ...ttlClause('toDateTime(Time)', raw.keptMs),
    settings(target),
  ].join('\n'),
  ...renderDistributed(target, raw.table, shardingKey),
  ...rolledUp.flatMap((table) => renderRollup(target, table)),
];

function renderRollup(target: SchemaTarget, { table, stepMs, keptMs }: SampleTable): string[] {
  const coarse = keptMs > 100 * 86_400_000;
  return [
    [
      `CREATE TABLE IF NOT EXISTS ${nameOf(target, table)}${onCluster(target)}`,
      `(\n${rollupColumns.join(',\n')}\n)`,
      `ENGINE = ${engine(target, 'AggregatingMergeTree')}`,
      `PARTITION BY ${coarse ? 'toYYYYMM' : 'toMonday'}(Time)`,
      order,
      ...ttlClause('Time', keptMs),
      settings(target),
    ].join('\n'),
    ...renderDistributed(target, table, shardingKey),
    [
      `CREATE MATERIALIZED VIEW IF NOT EXISTS ${sqlName(target.database)}.${sqlName(`${table}_mv`)}${onCluster(target)}`,
      `TO ${nameOf(target, table)}`,
      'AS SELECT',
      '  Cluster,',
      '  Node,',
      `  toStartOfInterval(toDateTime(Time), toIntervalMinute(${stepMs / 60_000})) AS Time,`,
      '  sum(s.ElapsedMs) AS ElapsedMs,',
      '  minMap(s.Gauges) AS Min,',
      '  maxMap(s.Gauges) AS Max,',
      '  sumMap(s.Gauges) AS Sum,',
      '  sumMap(mapApply((name, value) -> (name, toUInt64(1)), s.Gauges)) AS Count,',
      '  argMaxState(s.Gauges, s.Time) AS Last,',
      '  sumMap(s.Increases) AS Increases',
      `FROM ${nameOf(target, raw.table)} AS s`,
      'GROUP BY Cluster, Node, Time',
    ].join('\n'),
  ];
}
