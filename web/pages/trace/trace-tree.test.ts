import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growTrace, type SpanNode } from './trace-tree.ts';

const span = (SpanId: string, ParentSpanId: string, ms: number, durationMs = 1, more = {}) => ({
  SpanId,
  ParentSpanId,
  SpanName: SpanId,
  ServiceName: 's',
  Timestamp: new Date(1_700_000_000_000 + ms).toISOString(),
  Duration: String(durationMs * 1_000_000),
  StatusCode: 'Unset',
  ...more,
});
/** `a(b c)`: what is below what. */
const outline = (nodes: readonly SpanNode[]): string => {
  const parts: string[] = [];
  for (let i = 0; i < nodes.length; ) {
    const { key, below } = nodes[i]!;
    const inner = nodes.slice(i + 1, i + 1 + below);
    parts.push(below > 0 ? `${key}(${outline(inner)})` : key);
    i += 1 + below;
  }
  return parts.join(' ');
};

test('spans under their parents', () => {
  const check = (spans: ReturnType<typeof span>[], expected: string) =>
    expect(outline(growTrace(spans, []).spans)).toBe(expected);
  check([], '');
  check([span('b', 'a', 2), span('a', '', 0), span('c', 'a', 1)], 'a(c b)');
  check([span('b', 'lost', 2), span('a', '', 0)], 'a b');
  check([span('a', 'a', 0)], 'a');
  check([span('', '', 0), span('a', '', 1)], '#0 a');
  check([span('a', 'b', 0), span('b', 'a', 1)], 'a(b)');
  check([span('r', '', 0), span('a', 'b', 5), span('b', 'c', 6), span('c', 'a', 7)], 'r a(c(b))');
  check([span('a', '', 0), span('a', '', 1), span('b', 'a', 2)], 'a(b) a#1');
});

test('orphans, clocks that differ, failures and the whole time are told', () => {
  const tree = growTrace(
    [
      span('a', '', 10, 100, { StatusCode: 'Error' }),
      span('b', 'a', 7, 5, { ServiceName: 't' }),
      span('c', 'lost', 50, 200),
    ],
    [],
  );
  expect([tree.spans.length, tree.failed, tree.services]).toEqual([3, 1, ['s', 't']]);
  expect(tree.endNs - tree.startNs).toBe(243_000_000n);
  expect(tree.spans[1]?.earlyNs).toBe(3_000_000n);
  expect(tree.spans.map(({ orphan }) => orphan)).toEqual([false, false, true]);
});

test('logs hang under their span; the others are kept apart', () => {
  const log = (SpanId: string, ms: number) => ({
    SpanId,
    Timestamp: new Date(1_700_000_000_000 + ms).toISOString(),
    Body: `${SpanId}${ms}`,
  });
  const tree = growTrace([span('a', '', 0)], [log('a', 2), log('', 5), log('a', 1), log('zz', 3)]);
  expect(tree.spans[0]?.logs.map(({ Body }) => Body)).toEqual(['a1', 'a2']);
  expect(tree.strayLogs.map(({ Body }) => Body)).toEqual(['zz3', '5']);
});

test('whatever the parents, each span is there exactly once', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', '');
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id, fc.nat(50)), { maxLength: 12 }), (spans) => {
      const tree = growTrace(
        spans.map(([own, parent, ms]) => span(own, parent, ms)),
        [],
      );
      const keys = tree.spans.map(({ key }) => key);
      expect(keys.length).toBe(spans.length);
      expect(new Set(keys).size).toBe(spans.length);
    }),
  );
});

test('a trace may be deeper than the stack', () => {
  const deep = Array.from({ length: 50_000 }, (_, i) =>
    span(`s${i}`, i === 0 ? '' : `s${i - 1}`, i),
  );
  const tree = growTrace(deep, []);
  expect([tree.spans.length, tree.spans.at(-1)?.depth, tree.spans[0]?.below]).toEqual([
    50_000, 49_999, 49_999,
  ]);
});
