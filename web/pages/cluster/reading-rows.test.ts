import { expect, test } from 'vitest';
import type { ReadingNode } from '../../api/fleet-shapes.ts';
import { fieldsOf, readingRows, renderCell, titleOfField } from './reading-rows.ts';

test('headings are words, without the unit that the cells say', () => {
  const check = (name: string, expected: string) => expect(titleOfField(name)).toBe(expected);
  check('database', 'Database');
  check('absoluteDelaySeconds', 'Absolute delay');
  check('isReadonly', 'Readonly');
  check('is_session_expired', 'Session expired');
  check('lastQueueUpdateException', 'Last queue update exception');
  check('freeBytes', 'Free');
  check('bytes', 'Bytes');
  check('elapsedMs', 'Elapsed');
  check('Seconds', 'Seconds');
  check('createdAt', 'Created');
  check('oldestSeconds', 'Oldest');
  check('progressShare', 'Progress');
  check('format', 'Format');
});

test('cells by the unit of their column', () => {
  const check = (name: string, value: unknown, expected: string) =>
    expect(renderCell(name, value, 'utc')).toBe(expected);
  check('sizeBytes', 1536, '1.50 KiB');
  check('bytes', 1536, '1.50 KiB');
  check('absoluteDelaySeconds', 734, '12 min 14 s');
  check('elapsedMs', 1_500, '1.5 s');
  check('rows', 1_234_567, '1,234,567');
  check('ratio', 0.123_456, '0.1235');
  check('progressShare', 0.5, '50 %');
  // Moments come as seconds since the epoch; a delay of that size stays a delay.
  check('createdAt', 1_700_000_000, '2023-11-14 22:13:20');
  check('oldestSeconds', 1_700_000_000, '2023-11-14 22:13:20');
  check('failedAtSeconds', 0, '');
  check('delaySeconds', 172_800, '2 days');
  check('isReadonly', true, 'yes');
  check('flags', ['a', 'b'], 'a, b');
  check('rows', '18446744073709551615', '18446744073709551615');
  check('rows', null, '');
  check('rows', undefined, '');
});

const nodes = [
  { node: 'a', rows: [{ table: 't10', delay: 5 }, { table: 't9' }] },
  { node: 'b', rows: [{ table: 'u', delay: 70 }] },
].map((node) => ({ at: null, truncated: false, sql: '', ...node })) as ReadingNode[];

test('which rows, and in which order', () => {
  const fields = fieldsOf(nodes, 'UTC');
  expect(fields.map(({ title }) => title)).toEqual(['Table', 'Delay']);
  const check = (choice: Omit<Parameters<typeof readingRows>[2], 'zone'>, expected: string) =>
    expect(
      readingRows(nodes, fields, { ...choice, zone: 'utc' })
        .map(({ shown }) => shown.Table)
        .join(' '),
    ).toBe(expected);
  check({}, 't10 t9 u');
  check({ sort: 'table' }, 't9 t10 u');
  check({ sort: '-table' }, 'u t10 t9');
  check({ sort: 'delay' }, 't10 u t9');
  check({ sort: '-delay' }, 'u t10 t9');
  check({ sort: '-node' }, 'u t10 t9');
  check({ sort: 'gone' }, 't10 t9 u');
  check({ node: 'b' }, 'u');
  check({ q: 'T1' }, 't10');
  check({ q: '70' }, 'u');
});

test('two columns with one heading keep their names apart', () => {
  const twice = [{ ...nodes[0]!, rows: [{ delaySeconds: 1, delayMs: 2 }] }];
  expect(fieldsOf(twice, 'UTC').map(({ title }) => title)).toEqual(['Delay', 'delayMs']);
});

test('headings of moments say the zone', () => {
  const [first] = nodes;
  const moments = [{ ...first!, rows: [{ createdAt: 1, minute: 1, sizeBytes: 1 }] }];
  expect(fieldsOf(moments, 'UTC+2').map(({ title }) => title)).toEqual([
    'Created (UTC+2)',
    'Minute (UTC+2)',
    'Size',
  ]);
});
