import { expect, test } from 'vitest';
import { growTree, parseNested, pruneTree } from './json-text.ts';

test('JSON inside a text', () => {
  const check = (text: string, expected: unknown) =>
    expect(parseNested(text), text).toEqual(expected);
  check('{"a":1}', { a: 1 });
  check(' [1,2]', [1, 2]);
  check('{}', undefined);
  check('[]', undefined);
  check('{broken', undefined);
  check('plain', undefined);
  check('12', undefined);
});

test('maps, lists and JSON grow; only what search knows has a field', () => {
  const tree = growTree(
    'LogAttributes',
    { b: '2', a: '{"x":{"y":true}}' },
    'LogAttributes',
    'LogAttributes',
  );
  expect(tree.children.map(({ name, field }) => [name, field])).toEqual([
    ['a', 'LogAttributes.a'],
    ['b', 'LogAttributes.b'],
  ]);
  const inner = tree.children[0]?.children[0];
  expect([inner?.name, inner?.field, inner?.children[0]?.text]).toEqual(['x', undefined, 'true']);
  expect(
    growTree('Events.Name', ['b', 'a'], 'e', 'Events.Name').children.map((e) => e.text),
  ).toEqual(['b', 'a']);
});

test('searching a tree keeps the way to what was found', () => {
  const tree = [growTree('Map', { red: 'one', blue: '{"deep":"two"}' }, 'Map', 'Map')];
  const names = (wanted: string) =>
    pruneTree(tree, wanted).flatMap(({ children }) => children.map(({ name }) => name));
  expect(names('')).toEqual(['blue', 'red']);
  expect(names('one')).toEqual(['red']);
  expect(names('TWO')).toEqual(['blue']);
  expect(names('map')).toEqual(['blue', 'red']);
  expect(pruneTree(tree, 'none of it')).toEqual([]);
});
