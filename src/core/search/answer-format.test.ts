import { expect, test } from 'vitest';
import { distinctNames, planAnswerFormat } from './answer-format.ts';
import { parseAnswerType } from './answer-type.ts';

test('values as ClickHouse writes them become values of the API, by their type', () => {
  const check = (type: string, value: unknown, expected: unknown) => {
    const row = planAnswerFormat([{ name: 'v', type }])([value]);
    expect(row, type).toEqual({ v: expected });
  };
  const second = '2026-01-02T03:04:05Z';
  const nine = '2026-01-02T03:04:05.000000000Z';
  check('DateTime', second, nine);
  check("DateTime('Asia/Tokyo')", second, nine);
  check('DateTime64(3)', '2026-01-02T03:04:05.120Z', '2026-01-02T03:04:05.120000000Z');
  check('DateTime64(9)', '1905-01-02T03:04:05.123456789Z', '1905-01-02T03:04:05.123456789Z');
  check('Nullable(DateTime)', null, null);
  check("LowCardinality(Nullable(DateTime('UTC')))", second, nine);
  check('SimpleAggregateFunction(max, DateTime)', second, nine);
  check('Array(DateTime64(9))', [second, second], [nine, nine]);
  check('Array(Array(Nullable(DateTime)))', [[second, null]], [[nine, null]]);
  check('Map(String, DateTime)', { a: second }, { a: nine });
  check('Map(DateTime, String)', { [second]: second }, { [nine]: second });
  check('Tuple(DateTime, String)', [second, second], [nine, second]);
  check(
    'Tuple(a String, `b c` DateTime)',
    { a: second, 'b c': second },
    { a: second, 'b c': nine },
  );
  check('Nested(t DateTime, n UInt8)', [{ t: second, n: 1 }], [{ t: nine, n: 1 }]);
  check('Variant(DateTime, UInt8)', second, nine);
  check('Dynamic', second, nine);
  check(
    'JSON',
    { a: { t: '2026-01-02T03:04:05.1Z' } },
    { a: { t: '2026-01-02T03:04:05.100000000Z' } },
  );
  // A text that looks like a time stays as it was stored.
  check('String', second, second);
  check('Map(LowCardinality(String), String)', { a: second }, { a: second });
  check("Enum8('a, DateTime' = 1, 'it\\'s' = 2)", second, second);
  check('Date', '2026-01-02', '2026-01-02');
  check('Float64', 'nan', 'NaN');
  check('Float64', 'inf', 'Infinity');
  check('Array(Float32)', ['-inf', 1.5], ['-Infinity', 1.5]);
  check('UInt64', '18446744073709551615', '18446744073709551615');
  check('Decimal(10, 3)', '1.500', '1.500');
  check('Bool', false, false);
  check('UInt8', 0, 0);
  check('AggregateFunction(uniq, DateTime)', 'x', 'x');
  check('SomethingNew(DateTime)', 'x', 'x');
});

test('keys that JavaScript treats specially are plain keys', () => {
  const row = planAnswerFormat([{ name: '__proto__', type: 'Map(String, DateTime)' }])([
    JSON.parse('{"__proto__": "2026-01-02T03:04:05Z", "constructor": "x"}'),
  ]);
  expect(JSON.stringify(row)).toBe(
    '{"__proto__":{"__proto__":"2026-01-02T03:04:05.000000000Z","constructor":"x"}}',
  );
});

test('names that repeat get a suffix that is free', () => {
  const check = (names: string[], expected: string[]) =>
    expect(
      distinctNames(names.map((name) => ({ name, type: 'T' }))).map(({ name }) => name),
    ).toEqual(expected);
  check(['a', 'b'], ['a', 'b']);
  check(['a', 'a', 'a'], ['a', 'a_2', 'a_3']);
  check(['a', 'a', 'a_2'], ['a', 'a_3', 'a_2']);
  check(['a_2', 'a', 'a'], ['a_2', 'a', 'a_3']);
  check(['', ''], ['', '_2']);
});

test('types are read with their quotes and brackets', () => {
  const check = (text: string, expected: unknown) =>
    expect(parseAnswerType(text)).toEqual(expected);
  const plain = (name: string) => ({ name, members: [] });
  check('UInt8', plain('UInt8'));
  check("DateTime64(9, 'UTC')", plain('DateTime64'));
  check('Tuple(`a``)` String, b Array(UInt8))', {
    name: 'Tuple',
    members: [
      { label: 'a`)', type: plain('String') },
      {
        label: 'b',
        type: { name: 'Array', members: [{ label: undefined, type: plain('UInt8') }] },
      },
    ],
  });
  check('Tuple(', plain('Tuple('));
});
