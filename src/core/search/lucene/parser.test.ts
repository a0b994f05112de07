import { expect, test } from 'vitest';
import { resolveLucene } from '../resolve/resolve.ts';
import { sampleTable } from '../testing/sample-table.ts';
import { completeAt, luceneTokens } from './editor-tokens.ts';
import { parseLucene } from './parser.ts';
import type { GroupNode, SyntaxNode } from './syntax-tree.ts';

/** A tree as a line: `and(foo or(bar ServiceName:"x y"))`. */
function show(node: SyntaxNode | GroupNode | undefined): string {
  switch (node?.kind) {
    case undefined:
      return 'nothing';
    case 'and':
    case 'or':
      return `${node.kind}(${node.items.map(show).join(' ')})`;
    case 'not':
      return `not(${show(node.item)})`;
    case 'field':
      return `${node.name}:${show(node.value)}`;
    case 'group':
      return `group(${show(node.item)})`;
    case 'compare':
      return `${node.operator}${show(node.value)}`;
    case 'range':
      return `${node.lowerInclusive ? '[' : '{'}${node.lower ? show(node.lower) : '*'} ${node.upper ? show(node.upper) : '*'}${node.upperInclusive ? ']' : '}'}`;
    case 'text': {
      const text = node.parts.join('*');
      return node.form === 'phrase' ? `"${text}"` : node.form === 'bracketed' ? `<${text}>` : text;
    }
  }
}

test('what binds to what', () => {
  const check = (query: string, expected: string) =>
    expect(show(parseLucene(query).tree), query).toBe(expected);
  check('a b c', 'and(a b c)');
  check('a AND b OR c AND d', 'or(and(a b) and(c d))');
  check('a b OR c d', 'or(and(a b) and(c d))');
  check('a OR b OR c', 'or(a b c)');
  check('(a OR b) c', 'and(or(a b) c)');
  check('NOT a b', 'and(not(a) b)');
  check('NOT (a b) c', 'and(not(and(a b)) c)');
  check('NOT NOT NOT a', 'not(a)');
  check('-!+a', 'a');
  check('a -b', 'and(a not(b))');
  check('a-b -c-d', 'and(a-b not(c-d))');
  check('a AND NOT b OR NOT c', 'or(and(a not(b)) not(c))');
  check('a&&b', 'a&&b');
  check('a && b || c', 'or(and(a b) c)');
  check('not a or b', 'and(not a or b)');
  check('NOTa ANDb', 'and(NOTa ANDb)');
  check('f:a b', 'and(f:a b)');
  check('f:(a OR b) c', 'and(f:group(or(a b)) c)');
  check('-f:(a -b)', 'not(f:group(and(a not(b))))');
  check('f:(g:(a) b)', 'f:group(and(g:group(a) b))');
  check('f:NOT', 'f:NOT');
  check('f: a', 'f:a');
  check('f: AND a', 'and(f:nothing a)');
  check('f:>=5 f:<"x y"', 'and(f:>=5 f:<"x y")');
  check('f:> 5', 'f:>5');
  check('f:[1 TO 5] f:{* TO "a b"}', 'and(f:[1 5] f:{* "a b"})');
  check('f:[ 1  TO  5 }', 'f:[1 5}');
  check('f:[2024-01-01T00:00:00Z TO *]', 'f:[2024-01-01T00:00:00Z *]');
  check('f:(>5 OR [1 TO 2])', 'f:group(or(>5 [1 2]))');
  check('f:[error]', 'f:<[error]>');
  check('[a TO b]', '<[a TO b]>');
  check('>5', '>5');
  check('{"a": [1, 2]} x', 'and(<{"a": [1, 2]}> x)');
  check('{"a": 1', 'and({ "a" : 1)');
  check('[error] x', 'and(<[error]> x)');
  check('[a](b)', 'and(<[a]> b)');
  check('a"b c"d', 'and(a "b c" d)');
  check('f:a:b', 'f:a:b');
  check('f\\:a\\ b', 'f:a b');
  check('"a\\"b\\\\c"', '"a"b\\c"');
  check('a\\d \\', 'and(a\\d \\)');
  check('- a', 'and(- a)');
  check('', 'nothing');
  check('( )', 'nothing');
  check('NOT ()', 'nothing');
  check('a () b', 'and(a b)');
});

test('what is wrong, and where', () => {
  const check = (query: string, ...expected: string[]) =>
    expect(
      parseLucene(query).diagnostics.map(
        ({ severity, start, end }) =>
          `${severity} ${start}-${end} ${query.slice(start, end).slice(0, 12)}`,
      ),
      query,
    ).toEqual(expected);
  check('a AND (b OR c) NOT "d e"');
  check('(a', 'error 0-1 (');
  check('a (b (c)', 'error 2-3 (');
  check('a)', 'error 1-2 )');
  check('a) b)', 'error 1-2 )', 'error 4-5 )');
  check('a "b', 'error 2-3 "');
  check('("b', 'error 1-2 "');
  check('💥 "b', 'error 3-4 "');
  check('a OR AND b', 'error 5-8 AND');
  check('NOT OR b', 'error 0-3 NOT');
  check('OR a', 'warning 0-2 OR');
  check('a && ', 'warning 2-4 &&');
  check('a NOT', 'warning 2-5 NOT');
  check('(AND)', 'warning 1-4 AND', 'warning 0-5 (AND)');
  check('f:>', 'error 2-3 >');
  check('f:> (a)', 'error 2-3 >');
  check('a~2 "b"^4', 'warning 1-3 ~2', 'warning 7-9 ^4');
  check('()', 'warning 0-2 ()');
});

test('spans lead back to the text', () => {
  const check = (query: string, ...expected: string[]) =>
    expect(
      luceneTokens(query).map(({ kind, start, end }) => `${kind} ${query.slice(start, end)}`),
      query,
    ).toEqual(expected);
  check('a -b', 'word a', 'operator -', 'word b');
  check(
    'f:(>5 OR "x y"~2)',
    'field f:',
    'bracket (',
    'comparison >',
    'word 5',
    'operator OR',
    'phrase "x y"',
    'ignored ~2',
    'bracket )',
  );
  check('💥 f:[1 TO 2} {"a":1}', 'word 💥', 'field f:', 'range [1 TO 2}', 'word {"a":1}');
  check('"never closed', 'phrase "never closed');
});

test('what is being typed', () => {
  const check = (text: string, expected: unknown) =>
    expect(completeAt(text, text.length), text).toEqual(expected);
  check('', { kind: 'field', prefix: '', start: 0, end: 0 });
  check('a Serv', { kind: 'field', prefix: 'Serv', start: 2, end: 6 });
  check('-Serv', { kind: 'field', prefix: 'Serv', start: 1, end: 5 });
  check('ServiceName:', { kind: 'value', field: 'ServiceName', prefix: '', start: 12, end: 12 });
  check('ServiceName:fr', {
    kind: 'value',
    field: 'ServiceName',
    prefix: 'fr',
    start: 12,
    end: 14,
  });
  check('ServiceName:"fr', {
    kind: 'value',
    field: 'ServiceName',
    prefix: 'fr',
    start: 12,
    end: 15,
  });
  check('"a b', undefined);
  check('a AND ', { kind: 'field', prefix: '', start: 6, end: 6 });
});

test('nodes are frozen, those of the query IR too', () => {
  const query = 'a (b OR Duration:>5) -LogAttributes.x:c Events.Attributes.k:[1 TO 2]';
  const { tree } = parseLucene(query);
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    expect(Object.isFrozen(value), JSON.stringify(value)).toBe(true);
    for (const each of Object.values(value)) visit(each);
  };
  visit(tree);
  visit(resolveLucene(tree, query, sampleTable).predicate);
});
