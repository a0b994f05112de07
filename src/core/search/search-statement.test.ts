import { expect, test } from 'vitest';
import { facetsStatement, rolledUpFacetsStatement, rolledUpRange } from './facet-statement.ts';
import { histogramStatement, planHistogram } from './histogram-buckets.ts';
import { parseInstantNs, type TimeRange } from './instants.ts';
import {
  extentStatement,
  rowsStatement,
  type SearchedTable,
  shownStatement,
  timeConditions,
} from './search-statement.ts';
import { currentPosition, planTailRead } from './tail-position.ts';
import { partsStatement, tailCountStatement, tailRowsStatement } from './tail-statement.ts';
import {
  aroundTrace,
  lookupStatement,
  parseTraceId,
  traceRowsStatement,
} from './trace-statement.ts';

const at = (text: string): bigint => {
  const instant = parseInstantNs(text);
  if (!instant.ok) throw new Error(instant.error);
  return instant.value;
};
const range: TimeRange = {
  fromNs: at('2026-01-02T03:10:00.000000001Z'),
  toNs: at('2026-01-02T04:05:06.123456789Z'),
};
const table: SearchedTable = {
  database: 'castellan',
  name: 'otel_logs',
  columns: ['Timestamp', 'Body', 'odd`name'],
  computedColumns: ['LogAttributeItems'],
  keyedByFiveMinutes: true,
  distributed: false,
};
const sharded = { ...table, distributed: true };
const filter = { sql: 'has(`LogAttributeItems`, {p0:String})' };
const value = (sql: string, column?: string) => ({ sql, params: {}, column, mapKey: undefined });
const fields = [
  { name: 'ServiceName', value: value('toString(`ServiceName`)', 'ServiceName') },
  { name: 'LogAttributes.k', value: value('toString(`LogAttributes`[{castellan_key_1:String}])') },
];
const after = { timeNs: range.toNs - 1n, shard: 3, block: 12n, offset: 77n };

// What runs on customers' servers. Those for a sharded cluster are executed nowhere here: the
// embedded engine has no cluster.
test('golden statements', async () => {
  const plan = planHistogram(range, 60);
  const whole = rolledUpRange(range) ?? range;
  const part = (shard: number, name: string, minBlock: number, maxBlock: number) => ({
    ...{ shard, name, minBlock, maxBlock },
    partition: '20260102',
    rows: 5,
  });
  const freshOf = (shard: number) => {
    const seen = currentPosition('t', [part(shard, 'a', 200, 210), part(shard, 'b', 215, 215)]);
    return planTailRead(seen, [part(shard, 'a_b', 1, 216), part(shard, 'c', 217, 217)]).fresh;
  };
  const shards = { database: 'castellan', table: 'otel_logs_local', cluster: 'main' };
  const statements: Record<string, string> = {
    'a page': rowsStatement(table, filter, range, { limit: 201 }),
    'the next page': rowsStatement(table, filter, range, { limit: 201, after }),
    'the next page on a sharded cluster': rowsStatement(sharded, filter, range, {
      limit: 201,
      after,
    }),
    'a page of a table that is not sorted by time': rowsStatement(
      { ...table, keyedByFiveMinutes: false },
      filter,
      range,
      { limit: 201 },
    ),
    'a page of times before 1970': rowsStatement(
      table,
      filter,
      { fromNs: -5n, toNs: 5n },
      { limit: 1 },
    ),
    'what people are shown': shownStatement(table, filter, range, 200),
    'first and last time': extentStatement(table),
    histogram: histogramStatement(table, filter, range, plan, { sql: 'toString(`SeverityText`)' }),
    facets: facetsStatement(table, filter, range, fields, 10),
    'facets from the roll-up': rolledUpFacetsStatement(table, range, whole, fields.slice(0, 1), 10),
    'lookup of a trace': lookupStatement('castellan'),
    'rows of a trace': traceRowsStatement(table, aroundTrace(range), 10_001),
    'parts of a table': partsStatement({ ...shards, table: 'otel_logs', cluster: undefined }),
    'parts on a sharded cluster': partsStatement(shards),
    'new rows of a tail': tailRowsStatement(table, filter, freshOf(0), 1_001),
    'count of them': tailCountStatement(table, filter, freshOf(0)),
    'new rows on a sharded cluster': tailRowsStatement(sharded, filter, freshOf(2), 1_001),
  };
  const text = Object.entries(statements).map(([name, sql]) => `-- ${name}\n${sql};\n`);
  await expect(text.join('\n')).toMatchFileSnapshot('./search-statement.golden.sql');
});

test('the key’s own bound is given only where its function is monotonic', () => {
  const check = (fromNs: bigint, toNs: bigint, conditions: number) =>
    expect(timeConditions(table, { fromNs, toNs })).toHaveLength(conditions);
  check(0n, 5n, 4);
  check(-1n, 5n, 2);
  check(0n, 4_294_967_295_000_000_000n, 4);
  check(0n, 4_294_967_295_000_000_001n, 2);
});

test('a roll-up answers for whole quarter hours', () => {
  const check = (from: string, to: string, expected: [string, string] | undefined) => {
    const found = rolledUpRange({ fromNs: at(from), toNs: at(to) });
    expect(found).toEqual(expected && { fromNs: at(expected[0]), toNs: at(expected[1]) });
  };
  const day = '2026-01-02T';
  check(`${day}03:15:00Z`, `${day}04:00:00Z`, [`${day}03:15:00Z`, `${day}04:00:00Z`]);
  check(`${day}03:10:00Z`, `${day}04:05:00Z`, [`${day}03:15:00Z`, `${day}04:00:00Z`]);
  check(`${day}03:15:00.000000001Z`, `${day}03:45:00Z`, [`${day}03:30:00Z`, `${day}03:45:00Z`]);
  check(`${day}03:16:00Z`, `${day}03:29:00Z`, undefined);
  check('1969-12-31T00:00:00Z', `${day}04:00:00Z`, undefined);
});

test('trace ids', () => {
  const id = '0af7651916cd43dd8448eb211c80319c';
  const check = (text: string, expected: string | RegExp) => {
    const parsed = parseTraceId(text);
    expect(parsed.ok ? parsed.value : parsed.error).toMatch(expected);
  };
  check(id, id);
  check(id.toUpperCase(), id);
  check(`${id}0`, /32 hexadecimal digits/);
  check('', /32 hexadecimal digits/);
  check('0'.repeat(32), /zeros/);
});
