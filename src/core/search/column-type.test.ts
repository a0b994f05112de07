import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName } from '../../base/sql-text.ts';
import { parseColumnType } from './column-type.ts';
import { compileWhere } from './compile-where.ts';
import type { SearchTable } from './search-table.ts';
import { openEngine, type TestEngine } from './testing/engine.ts';

test('types as system.columns writes them', () => {
  const check = (text: string, kind: string, nullable = false) => {
    const type = parseColumnType(text);
    expect([type.kind, type.nullable], text).toEqual([kind, nullable]);
  };
  check('String', 'string');
  check('LowCardinality(String)', 'string');
  check('LowCardinality(Nullable(String))', 'string', true);
  check('Nullable(UInt64)', 'integer', true);
  check('SimpleAggregateFunction(sum, UInt64)', 'integer');
  check("DateTime64(9, 'Europe/Berlin')", 'time');
  check("Enum8('a, (b' = 1, 'it\\'s' = 2)", 'enum');
  check('Decimal(18, 4)', 'decimal');
  check('Map(LowCardinality(String), Array(UInt8))', 'map');
  check('Array(Map(String, String))', 'array');
  check('JSON(max_dynamic_paths=8, a.b UInt32, SKIP c)', 'json');
  check('Variant(String, UInt64)', 'dynamic', true);
  check('Tuple(a String, b UInt8)', 'tuple');
  check('AggregateFunction(uniq, String)', 'unsearchable');
  check('Nothing', 'unsearchable');
});

test('the type inside', () => {
  const map = parseColumnType('Map(LowCardinality(String), Array(Nullable(Int8)))');
  if (map.kind !== 'map' || map.value.kind !== 'array') throw new Error('not a map of arrays');
  expect(map.key.kind).toBe('string');
  expect(map.value.element).toMatchObject({ kind: 'integer', nullable: true });
  const json = parseColumnType('JSON(max_dynamic_paths=8, a.b UInt32, `c d` String)');
  if (json.kind !== 'json') throw new Error('not JSON');
  expect([...json.typedPaths.keys()]).toEqual(['a.b', 'c d']);
});

/** Columns of every type, with two or three values of which the first is NULL or empty. */
const columns: Readonly<Record<string, readonly [type: string, ...values: string[]]>> = {
  Body: ['String', "''", "'foo bar'", "'5'"],
  fixed: ['FixedString(4)', "'foo'", "'5'", "'abcd'"],
  low: ['LowCardinality(Nullable(String))', 'NULL', "'foo'", "'5'"],
  text0: ['Nullable(String)', 'NULL', "''", "'foo'"],
  i8: ['Int8', '-128', '5', '127'],
  u64: ['UInt64', '0', '5', '18446744073709551615'],
  i256: ['Int256', '-1', '5', "toInt256('57896044618658097711785492504343953926634992332820282019728792003956564819967')"],
  int0: ['Nullable(Int32)', 'NULL', '5', '6'],
  f32: ['Float32', '0', '0.1', 'inf'],
  f64: ['Nullable(Float64)', 'NULL', 'nan', '5'],
  bf: ['BFloat16', '0', '5', '1'],
  dec: ['Decimal(9, 2)', '0', '5', '1.25'],
  dec256: ['Nullable(Decimal(76, 38))', 'NULL', '5', '0.1'],
  flag: ['Bool', 'false', 'true', 'true'],
  flag0: ['Nullable(Bool)', 'NULL', 'true', 'false'],
  day: ['Date', "'2024-01-01'", "'2149-06-06'", "'1970-01-01'"],
  day32: ['Nullable(Date32)', 'NULL', "'1900-01-01'", "'2299-12-31'"],
  at: ["DateTime('Europe/Berlin')", "'2024-01-01 00:00:00'", '0', "'2100-01-01 00:00:00'"],
  at64: ['Nullable(DateTime64(9))', 'NULL', "'2024-01-01 00:00:00'", "'1900-01-01 00:00:00'"],
  at3: ['DateTime64(3)', "'2299-12-31 23:59:59.999'", "'2024-01-01 00:00:00'", "'1900-01-01 00:00:00'"],
  clock: ['Time', "'12:00:00'", "'00:00:00'", "'23:59:59'"],
  enum8: ["Enum8('foo' = 1, 'it''s' = 2)", "'foo'", "'it''s'", "'foo'"],
  uuid: ['Nullable(UUID)', 'NULL', "'61f0c404-5cb3-11e7-907b-a6006ad3dba0'", "'00000000-0000-0000-0000-000000000000'"],
  ip4: ['IPv4', "'10.0.0.1'", "'0.0.0.0'", "'255.255.255.255'"],
  ip6: ['Nullable(IPv6)', 'NULL', "'::1'", "'fe80::1'"],
  list: ['Array(String)', '[]', "['foo']", "['a', '5']"],
  list0: ['Array(Nullable(UInt8))', '[NULL]', '[5]', '[]'],
  lists: ['Array(Array(LowCardinality(String)))', '[]', "[['foo'], []]", "[['5', 'x']]"],
  days: ['Array(DateTime64(9))', '[]', "['2024-01-01 00:00:00']", '[]'],
  map: ['Map(String, String)', 'map()', "map('k', 'foo')", "map('k', '5')"],
  mapOf: ['Map(LowCardinality(String), Array(UInt8))', 'map()', "map('k', [5])", "map('k', [])"],
  mapNull: ['Map(String, Nullable(Float64))', 'map()', "map('k', NULL)", "map('k', 5)"],
  mapInt: ['Map(UInt8, String)', 'map()', "map(1, 'x')", "map(2, 'x')"],
  maps: ['Array(Map(String, String))', '[]', "[map('k', 'foo')]", "[map(), map('k', '5')]"],
  json: ['JSON', "'{}'", `'{"k":"foo","o":{"p":5}}'`, `'{"k":5,"a":[1]}'`],
  typed: ['JSON(k Int64)', "'{}'", `'{"k":5}'`, `'{"k":-1,"z":true}'`],
  any: ['Dynamic', 'NULL', "'foo'", '5'],
  either: ['Variant(String, UInt64)', 'NULL', "'foo'", '5::UInt64'],
  pair: ['Tuple(k String, n UInt8)', "('a', 1)", "('foo', 5)", "('', 0)"],
  state: ['SimpleAggregateFunction(max, UInt64)', '0', '5', '7'],
  'it`s \\ "odd"': ['String', "''", "'foo'", "'5'"],
}; // biome-ignore format: a table

const terms = [
  'foo', '"foo"', '5', '"5"', '-5', '1.5', '1e3', '1e400', '-inf', 'nan', '"nan"', '*', 'f*', '*o', 'f*o',
  '""', 'true', 'false', '>5', '>=-1', '<1e3', '<=foo', '>""', '[1 TO 5]', '{* TO 9]', '[a TO 5]',
  '[* TO *]', '2024-01-01', '"2024-01-01 00:00:00"', '>2024-01-01T00:00:00.5+01:00', '[1800-01-01 TO 9999-12-31]',
  '<1700000000', '61f0c404-5cb3-11e7-907b-a6006ad3dba0', '"61f0c404-5cb3-11e7-907b-a6006ad3dba0"', '10.0.0.1',
  '"10.0.0.1"', '>10.0.0.0', '"::1"', '>"::"', '"fe80:::::1"', '99999999999999999999999999',
  `>${'9'.repeat(76)}`, `<${'9'.repeat(90)}`, '"it\'s"', '(foo OR "5")', '>=12:00:00', '"%_\\\\"', '💥', '日*',
]; // biome-ignore format: a table

let engine: TestEngine;
beforeAll(() => {
  engine = openEngine();
  engine.execute('CREATE DATABASE kinds');
  const declared = Object.entries(columns).map(([name, [type]]) => `${sqlName(name)} ${type}`);
  engine.execute(
    `CREATE TABLE kinds.t (${declared}) ENGINE = MergeTree ORDER BY tuple() SETTINGS index_granularity = 1`,
  );
  for (const row of [1, 2, 3])
    engine.execute(
      `INSERT INTO kinds.t SELECT ${Object.values(columns).map((column) => column[row])}`,
    );
});
afterAll(() => engine.close());

const table: SearchTable = {
  name: 't',
  columns: Object.entries(columns).map(([name, [type]]) => ({ name, type, kind: 'stored' })),
  implicitColumns: ['Body'],
  textIndexes: [],
  itemsOf: {},
  materializedKeys: {},
};

const fields = [
  ...Object.keys(columns).map((name) => name.replaceAll(/["\\ ]/g, '\\$&')),
  'map.k', 'map.missing', 'mapOf.k', 'mapNull.k', 'mapInt.1', 'maps.k', 'json.k', 'json.o.p', 'json.o', 'json.a',
  'json.^o', 'json.k.\\:Int64', 'typed.k', 'typed.z', 'Body.a', 'Body.a.b', 'low.a', 'pair.k', 'list.x', 'any.k',
]; // biome-ignore format: a table

/** How many of the three rows an expression holds for. */
const count = (where: string): number | string => {
  const compiled = compileWhere({ where, language: 'lucene', table });
  if (!compiled.ok) return compiled.error[0]?.message ?? '';
  const sql = `SELECT countIf(value) AS yes, countIf(isNull(value)) AS unknown FROM (SELECT (${compiled.value.sql}) AS value FROM (SELECT * FROM kinds.t))`;
  try {
    const [row] = engine.query(sql, compiled.value.params);
    expect(Number(row?.unknown), `${where} is NULL for a row`).toBe(0);
    return Number(row?.yes);
  } catch (error) {
    throw new Error(`${where}\n${compiled.value.sql}\n${JSON.stringify(compiled.value.params)}`, {
      cause: error,
    });
  }
};

test.each(fields)('%s takes every kind of term or says why not', (field) => {
  for (const term of terms) {
    const yes = count(`${field}:${term}`);
    const no = count(`NOT ${field}:${term}`);
    if (typeof yes === 'string') expect(no, `${field}:${term}`).toBe(yes);
    else expect(Number(yes) + Number(no), `NOT ${field}:${term} is not its complement`).toBe(3);
  }
});

test('each type finds its own', () => {
  const check = (where: string, expected: number | RegExp) => {
    const found = count(where);
    if (expected instanceof RegExp) expect(found, where).toMatch(expected);
    else expect(found, where).toBe(expected);
  };
  check('fixed:"foo"', 1);
  check('fixed:*', 3);
  check('low:FOO', 1);
  check('-low:foo', 2);
  check('text0:""', 1);
  check('i8:<99999999999999999999', 3);
  check('u64:18446744073709551615', 1);
  check('i256:57896044618658097711785492504343953926634992332820282019728792003956564819967', 1);
  check('int0:*', 2);
  check('f32:0.1', 1);
  check('f32:inf', 1);
  check('dec:1.25', 1);
  check('dec:<99999999999999999999', 3);
  check('flag0:false', 1);
  check('day:2024-01-01', 1);
  check('day:>2024-01-01T00:00:01', 1);
  check('day32:>=1900-01-01', 2);
  check('at:2023-12-31', 1);
  check('at3:>2262-04-11', 1);
  check('at3:"2024-01-01 00:00:00.000000001"', 0);
  check('at3:>="2024-01-01 00:00:00.000000001"', 1);
  check('at3:<"2024-01-01 00:00:00.000000001"', 2);
  check('at3:"2024-01-01 00:00:00.000000000"', 1);
  check('enum8:"it\'s"', 1);
  check('enum8:>1', /no order/);
  check('uuid:"61F0C404-5CB3-11E7-907B-A6006AD3DBA0"', 1);
  check('uuid:61f0c404', 1);
  check('ip4:[10.0.0.0 TO 10.0.0.255]', 1);
  check('ip6:"::1"', 1);
  check('ip6:"0:0:0:0:0:0:0:1"', 1);
  check('list:"foo"', 1);
  check('list0:5', 1);
  check('lists:foo', 1);
  check('days:2024-01-01', 1);
  check('mapOf.k:5', 1);
  check('mapNull.k:*', 2);
  check('mapInt.1:x', /keys/);
  check('maps.k:foo', 1);
  check('json.o.p:5', 1);
  check('typed.k:-1', 1);
  check('any:foo', 1);
  check('any:>4', 1);
  check('pair.k:foo', /Tuple/);
  check('list.x:foo', /no fields inside/);
  check('it`s\\ \\\\\\ \\"odd\\":foo', 1);
});
