import { expect, test } from 'vitest';
import { branchKeys, layLines, lineContains, pathTo } from './trace-lines.ts';
import { growTrace } from './trace-tree.ts';

const span = (SpanId: string, ParentSpanId: string, ms: number) => ({
  SpanId,
  ParentSpanId,
  SpanName: `name ${SpanId}`,
  SpanAttributes: { 'user.id': `u-${SpanId}` },
  Timestamp: new Date(1_700_000_000_000 + ms).toISOString(),
});
const log = { SpanId: 'b', Timestamp: new Date(1_700_000_000_003).toISOString(), Body: 'hello' };
const tree = growTrace([span('a', '', 0), span('b', 'a', 1), span('c', 'b', 2)], [log]);

test('lines from top to bottom', () => {
  const check = (collapsed: string[], withLogs: boolean, expected: string) =>
    expect(
      layLines(tree, new Set(collapsed), withLogs)
        .map(({ key }) => key)
        .join(' '),
    ).toBe(expected);
  check([], true, 'a b b/log0 c');
  check([], false, 'a b c');
  check(['b'], true, 'a b');
  check(['a'], true, 'a');
  expect([...branchKeys(tree)]).toEqual(['a', 'b']);
  expect(pathTo(tree, 'c')).toEqual(['a', 'b']);
  expect(pathTo(tree, 'none')).toEqual([]);
});

test('what lines speak of', () => {
  const lines = layLines(tree, new Set(), true);
  const check = (wanted: string, expected: string) =>
    expect(
      lines
        .filter((line) => lineContains(line, wanted))
        .map(({ key }) => key)
        .join(' '),
    ).toBe(expected);
  check('U-B', 'b');
  check('hello', 'b/log0');
  check('name', 'a b c');
  check('nowhere', '');
});
