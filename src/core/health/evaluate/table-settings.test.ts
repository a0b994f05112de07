import { expect, test } from 'vitest';
import { parseTableSettings, settingNumber } from './table-settings.ts';

test('the settings of a table, as ClickHouse writes them', () => {
  const check = (text: string, expected: Record<string, string>) =>
    expect(Object.fromEntries(parseTableSettings(text)), text).toEqual(expected);
  check('index_granularity = 8192', { index_granularity: '8192' });
  check("a = 1, b = 'x, y = 2', c=true", { a: '1', b: "'x, y = 2'", c: 'true' });
  check("a = 'it\\'s', b = 2", { a: "'it\\'s'", b: '2' });
  check('', {});
  check('nonsense', {});
});

test('a setting as a number', () => {
  const check = (text: string | undefined, expected: number | undefined) =>
    expect(settingNumber(text)).toBe(expected);
  check('8192', 8192);
  check("'300'", 300);
  check('1.5', 1.5);
  check('true', 1);
  check('false', 0);
  check("'x'", undefined);
  check('', undefined);
  check(undefined, undefined);
});
