import { expect, test } from 'vitest';
import { writtenSql } from './written-sql.ts';

test('values take the place of their placeholders', () => {
  const check = (sql: string, params: Record<string, string>, expected: string) =>
    expect(writtenSql(sql, params)).toBe(expected);
  check('1', {}, '1');
  check('a = {p0:String}', { p0: "it's \\ {p1:String}" }, "a = 'it\\'s \\\\ {p1:String}'");
  check('{p0:String} = {p0:String}', { p0: '$&' }, "'$&' = '$&'");
  check('n > {p0:Int64}', { p0: '-5' }, 'n > -5');
  check(
    'n > {p0:Int64}',
    { p0: '9223372036854775807' },
    "n > CAST('9223372036854775807' AS Int64)",
  );
  check('n > {p0:Float64}', { p0: '1e3' }, "n > CAST('1e3' AS Float64)");
  check('a = {p1:String}', { p0: 'x' }, 'a = {p1:String}');
  check('a = {p0:String}', { p0: 'a\0b' }, "a = 'a\\0b'");
});
