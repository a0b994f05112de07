import { expect, test } from 'vitest';
import { parseNodeParams } from '../node/node-params.ts';
import { breakDefinition } from './definition-lines.ts';
import { parseTableParams } from './table-params.ts';

test('a definition with a column and a clause to a line', () => {
  const check = (sql: string, expected: string[]) =>
    expect(breakDefinition(sql).split('\n')).toEqual(expected);
  check(
    "CREATE TABLE d.t (`a, b` String DEFAULT 'x, (y) TTL', k Decimal(9, 2)) ENGINE = MergeTree PARTITION BY toYYYYMM(d) ORDER BY (k, d) TTL d + toIntervalDay(1) SETTINGS index_granularity = 8192",
    [
      'CREATE TABLE d.t (',
      "    `a, b` String DEFAULT 'x, (y) TTL',",
      '    k Decimal(9, 2)',
      ')',
      'ENGINE = MergeTree',
      'PARTITION BY toYYYYMM(d)',
      'ORDER BY (k, d)',
      'TTL d + toIntervalDay(1)',
      'SETTINGS index_granularity = 8192',
    ],
  );
  check("CREATE TABLE d.t (k UInt8) ENGINE = Kafka('it\\'s, (a)', 'b')", [
    'CREATE TABLE d.t (',
    '    k UInt8',
    ')',
    "ENGINE = Kafka('it\\'s, (a)', 'b')",
  ]);
  check('CREATE VIEW d.v (k UInt8) AS SELECT k, 1 FROM d.t', [
    'CREATE VIEW d.v (',
    '    k UInt8',
    ')',
    'AS SELECT k, 1 FROM d.t',
  ]);
  check('nothing', ['nothing']);
  check('already\n  (broken, up)', ['already', '  (broken, up)']);
});

test('what makes no sense in an address counts as absent', () => {
  const check = (raw: Record<string, unknown>, expected: object) =>
    expect(parseTableParams(raw)).toEqual(expected);
  check({}, { database: '', table: '' });
  check(
    { database: 'd', table: 'a/b?', tab: 'overview', node: '' },
    { database: 'd', table: 'a/b?' },
  );
  check(
    { database: 'd', table: 't', tab: 'parts', node: 'n:1', last: '6h' },
    { database: 'd', table: 't', tab: 'parts', node: 'n:1', last: '6h' },
  );
  check({ database: ['d'], table: 1, tab: 'nowhere', last: 'soon' }, { database: '', table: '' });
  expect(parseNodeParams({ tab: 'work', log: '1' })).toEqual({ tab: 'work', log: '1' });
  expect(parseNodeParams({ tab: 'health', last: 'x' })).toEqual({});
});
