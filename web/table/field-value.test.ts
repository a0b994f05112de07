import { expect, test } from 'vitest';
import { fieldValue, renderValue } from './field-value.ts';

test('a field of a row', () => {
  const row = {
    Body: 'hello',
    'Events.Name': ['a', 'b'],
    LogAttributes: { 'http.status': '200', '': 'empty key' },
  };
  const check = (field: string, expected: string) =>
    expect(renderValue(fieldValue(row, field)), field).toBe(expected);
  check('Body', 'hello');
  check('Events.Name', '["a","b"]');
  check('LogAttributes.http.status', '200');
  check('LogAttributes.', 'empty key');
  check('LogAttributes.absent', '');
  check('Absent', '');
  check('Absent.key', '');
  check('Body.length', '');
});
