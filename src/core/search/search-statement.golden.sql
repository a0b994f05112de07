-- a page
SELECT `Timestamp`, `Body`, `odd\`name`, Timestamp, _block_number, _block_offset
FROM (
  SELECT *, `LogAttributeItems`, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC'))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, _block_number DESC, _block_offset DESC
LIMIT 201;

-- the next page
SELECT `Timestamp`, `Body`, `odd\`name`, Timestamp, _block_number, _block_offset
FROM (
  SELECT *, `LogAttributeItems`, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC'))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
    AND (Timestamp, _block_number, _block_offset) < (toDateTime64('2026-01-02 04:05:06.123456788', 9, 'UTC'), 12, 77)
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, _block_number DESC, _block_offset DESC
LIMIT 201;

-- the next page on a sharded cluster
SELECT `Timestamp`, `Body`, `odd\`name`, Timestamp, _shard_num, _block_number, _block_offset
FROM (
  SELECT *, `LogAttributeItems`, _shard_num, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC'))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
    AND (Timestamp, _shard_num, _block_number, _block_offset) < (toDateTime64('2026-01-02 04:05:06.123456788', 9, 'UTC'), 3, 12, 77)
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC, _shard_num DESC, _block_number DESC, _block_offset DESC
LIMIT 201;

-- a page of a table that is not sorted by time
SELECT `Timestamp`, `Body`, `odd\`name`, Timestamp, _block_number, _block_offset
FROM (
  SELECT *, `LogAttributeItems`, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY Timestamp DESC, _block_number DESC, _block_offset DESC
LIMIT 201;

-- a page of times before 1970
SELECT `Timestamp`, `Body`, `odd\`name`, Timestamp, _block_number, _block_offset
FROM (
  SELECT *, `LogAttributeItems`, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('1969-12-31 23:59:59.999999995', 9, 'UTC')
    AND Timestamp < toDateTime64('1970-01-01 00:00:00.000000005', 9, 'UTC')
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY Timestamp DESC, _block_number DESC, _block_offset DESC
LIMIT 1;

-- what people are shown
SELECT *
FROM (
  SELECT *, `LogAttributeItems`
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC'))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY Timestamp DESC
LIMIT 200;

-- first and last time
SELECT toString(toUnixTimestamp64Nano(min(Timestamp))), toString(toUnixTimestamp64Nano(max(Timestamp))), count() > 0 FROM `castellan`.`otel_logs`;

-- histogram
SELECT if(place <= {castellan_series:UInt32}, place, 0) AS series_rank,
  if(series_rank = 0, '', name) AS series_name, bucket, sum(rows_found) AS rows_in_bucket
FROM (
  SELECT name, bucket, rows_found, dense_rank() OVER (ORDER BY series_rows DESC, name) AS place
  FROM (
    SELECT name, bucket, rows_found, sum(rows_found) OVER (PARTITION BY name) AS series_rows
    FROM (
      SELECT toString(`SeverityText`) AS name, least(greatest(intDiv(toUnixTimestamp64Milli(Timestamp) - (1767323400000), 60000), 0), 55) AS bucket, count() AS rows_found
      FROM (
  SELECT *, `LogAttributeItems`, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC'))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
)
      WHERE (has(`LogAttributeItems`, {p0:String})
)
      GROUP BY name, bucket
    )
  )
)
GROUP BY series_rank, series_name, bucket
ORDER BY series_rank = 0, series_rank, bucket;

-- facets
SELECT pair.1 AS facet, pair.2 AS facet_value, count() AS rows_found
FROM (
  SELECT [(0, toString(`ServiceName`)), (1, toString(`LogAttributes`[{castellan_key_1:String}]))] AS facet_pairs
  FROM (
  SELECT *, `LogAttributeItems`, _block_number, _block_offset
  FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')
    AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC')
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC'))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
)
  WHERE (has(`LogAttributeItems`, {p0:String})
)
)
ARRAY JOIN facet_pairs AS pair
WHERE facet_value != ''
GROUP BY facet, facet_value
ORDER BY facet, rows_found DESC, facet_value
LIMIT 10 BY facet;

-- facets from the roll-up
SELECT facet, facet_value, sum(rows_in_part) AS rows_found
FROM (
SELECT indexOf(['ServiceName'], Key) - 1 AS facet, Value AS facet_value, count AS rows_in_part
FROM `castellan`.`otel_logs_kv_rollup_15m`
WHERE ColumnIdentifier = 'NativeColumn' AND Key IN ('ServiceName')
  AND Timestamp >= toDateTime(toDateTime64('2026-01-02 03:15:00.000000000', 9, 'UTC')) AND Timestamp < toDateTime(toDateTime64('2026-01-02 04:00:00.000000000', 9, 'UTC'))
UNION ALL
SELECT pair.1 AS facet, pair.2 AS facet_value, 1 AS rows_in_part FROM (
  SELECT [(0, toString(`ServiceName`))] AS facet_pairs FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC') AND Timestamp < toDateTime64('2026-01-02 03:15:00.000000000', 9, 'UTC') AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:10:00.000000001', 9, 'UTC')) AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:15:00.000000000', 9, 'UTC'))
) ARRAY JOIN facet_pairs AS pair WHERE facet_value != ''
UNION ALL
SELECT pair.1 AS facet, pair.2 AS facet_value, 1 AS rows_in_part FROM (
  SELECT [(0, toString(`ServiceName`))] AS facet_pairs FROM `castellan`.`otel_logs`
  WHERE Timestamp >= toDateTime64('2026-01-02 04:00:00.000000000', 9, 'UTC') AND Timestamp < toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC') AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:00:00.000000000', 9, 'UTC')) AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 04:05:06.123456789', 9, 'UTC'))
) ARRAY JOIN facet_pairs AS pair WHERE facet_value != ''
)
GROUP BY facet, facet_value
ORDER BY facet, rows_found DESC, facet_value
LIMIT 10 BY facet;

-- lookup of a trace
SELECT toString(toUnixTimestamp64Nano(min(Start))), toString(toUnixTimestamp64Nano(max(End))), count()
FROM `castellan`.`otel_traces_trace_id_ts`
WHERE TraceId = {castellan_trace:String};

-- rows of a trace
SELECT `Timestamp`, `Body`, `odd\`name`
FROM `castellan`.`otel_logs`
WHERE TraceId = {castellan_trace:String}
  AND Timestamp >= toDateTime64('2026-01-02 03:00:00.000000001', 9, 'UTC')
  AND Timestamp < toDateTime64('2026-01-02 05:05:06.123456789', 9, 'UTC')
  AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime64('2026-01-02 03:00:00.000000001', 9, 'UTC'))
  AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime64('2026-01-02 05:05:06.123456789', 9, 'UTC'))
ORDER BY Timestamp, SpanId
LIMIT 10001;

-- parts of a table
SELECT 0, partition_id, name, min_block_number, max_block_number, rows
FROM system.parts
WHERE active AND database = 'castellan' AND table = 'otel_logs';

-- parts on a sharded cluster
SELECT _shard_num, partition_id, name, min_block_number, max_block_number, rows
FROM cluster('main', system.parts)
WHERE active AND database = 'castellan' AND table = 'otel_logs_local';

-- new rows of a tail
SELECT `Timestamp`, `Body`, `odd\`name`
FROM (
  SELECT *, `LogAttributeItems`
  FROM `castellan`.`otel_logs`
  WHERE _part IN ('a_b', 'c')
    AND NOT (_part = 'a_b' AND (_block_number <= 151 OR _block_number BETWEEN 200 AND 210 OR _block_number BETWEEN 215 AND 215))
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY Timestamp DESC
LIMIT 1001;

-- count of them
SELECT count()
FROM (
  SELECT *, `LogAttributeItems`
  FROM `castellan`.`otel_logs`
  WHERE _part IN ('a_b', 'c')
    AND NOT (_part = 'a_b' AND (_block_number <= 151 OR _block_number BETWEEN 200 AND 210 OR _block_number BETWEEN 215 AND 215))
)
WHERE (has(`LogAttributeItems`, {p0:String})
);

-- new rows on a sharded cluster
SELECT `Timestamp`, `Body`, `odd\`name`
FROM (
  SELECT *, `LogAttributeItems`
  FROM `castellan`.`otel_logs`
  WHERE _part IN ('a_b', 'c')
    AND (_shard_num, _part) IN ((2, 'a_b'), (2, 'c'))
    AND NOT (_shard_num = 2 AND _part = 'a_b' AND (_block_number <= 151 OR _block_number BETWEEN 200 AND 210 OR _block_number BETWEEN 215 AND 215))
)
WHERE (has(`LogAttributeItems`, {p0:String})
)
ORDER BY Timestamp DESC
LIMIT 1001;
