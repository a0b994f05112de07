import { sqlName } from '../../base/sql-text.ts';

/** Hours without this much of their time covered are left out. */
const coveredMs = 3_000_000;
/** With fewer hours nothing is usual yet. */
const leastHours = 24;

/**
 * What counters usually grow by in an hour: medians over the last seven days. Rows `node, name,
 * usual`; parameters `cluster: String`, `names: Array(String)`.
 */
export const usualStatement = (database: string): string =>
  [
    'SELECT node, name, quantileExact(0.5)(grown[name]) AS usual',
    'FROM (',
    '  SELECT Node AS node, Time, sumMap(Increases) AS grown',
    `  FROM ${sqlName(database)}.\`fleet_samples_1h\``,
    '  WHERE Cluster = {cluster:String} AND Time >= now() - toIntervalDay(7) AND Time < toStartOfHour(now())',
    `  GROUP BY node, Time HAVING sum(ElapsedMs) >= ${coveredMs}`,
    ')',
    'ARRAY JOIN {names:Array(String)} AS name',
    `GROUP BY node, name HAVING count() >= ${leastHours}`,
  ].join('\n');

/** Less time than this tells no rate. */
const leastSpanSeconds = 6 * 3_600;
/** The slope of a disk that stays as it is: rounding makes it a little less than nothing. */
const longestDays = 3_650;

/**
 * In how many days each node's disks are full at the rate of the last day. Rows `node, disk, days`,
 * only for disks that fill up; parameter `cluster: String`.
 */
export const diskForecastStatement = (database: string): string =>
  [
    'SELECT node, disk, argMax(free, at) / (-any(slope) * 86400) AS days',
    'FROM (',
    '  SELECT node, disk, at, free, (simpleLinearRegression(at, free) OVER (PARTITION BY node, disk)).1 AS slope,',
    '    max(at) OVER (PARTITION BY node, disk) - min(at) OVER (PARTITION BY node, disk) AS span',
    '  FROM (',
    '    SELECT Node AS node, toUnixTimestamp(Time) AS at, tupleElement(pair, 1) AS disk, tupleElement(pair, 2) AS free',
    '    FROM (',
    '      SELECT Node, Time, minMap(Min) AS low',
    `      FROM ${sqlName(database)}.\`fleet_samples_10m\``,
    '      WHERE Cluster = {cluster:String} AND Time >= now() - toIntervalDay(1)',
    '      GROUP BY Node, Time',
    '    )',
    "    ARRAY JOIN CAST(mapFilter((name, value) -> startsWith(name, 'DiskAvailable_'), low), 'Array(Tuple(String, Float64))') AS pair",
    '  )',
    ')',
    `WHERE span >= ${leastSpanSeconds} AND slope < 0`,
    `GROUP BY node, disk HAVING days < ${longestDays}`,
  ].join('\n');
