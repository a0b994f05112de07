import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lexSql } from './sql-lexer.ts';

const kinds = (sql: string): string[] => {
  const lexed = lexSql(sql);
  return lexed.ok
    ? lexed.value.map((token) => `${token.kind} ${token.value}`)
    : [lexed.error.message];
};

test('tokens and what they stand for', () => {
  const check = (sql: string, ...expected: string[]) => expect(kinds(sql), sql).toEqual(expected);
  check('');
  check(' \t\r\n\f\v\u00a0\ufeff ');
  check('select a1_$', 'word select', 'word a1_$');
  check("'it''s' 'it\\'s' 'a\\nb\\x41\\q\\\\'", "string it's", "string it's", 'string a\nbA\\q\\');
  check(
    '`a``b` "c""d" `e\\`f`',
    'quoted_identifier a`b',
    'quoted_identifier c"d',
    'quoted_identifier e`f',
  );
  check('‘it"s’ “a b”', 'string it"s', 'quoted_identifier a b');
  check("x'4142' B'01'", 'string 4142', 'string 01');
  check("$$ a;'b $$ $t$ $$ $t$", "heredoc  a;'b ", 'heredoc  $$ ');
  check('$ $a', 'punctuation $', 'word $a');
  check(
    '1 1.5e-3 0xFF 0b10 1_000 1e5',
    'number 1',
    'number 1.5e-3',
    'number 0xFF',
    'number 0b10',
    'number 1_000',
    'number 1e5',
  );
  check('(.5', 'punctuation (', 'number .5');
  check('t.1.2', 'word t', 'punctuation .', 'number 1', 'punctuation .', 'number 2');
  check(
    'f(x).1',
    'word f',
    'punctuation (',
    'word x',
    'punctuation )',
    'punctuation .',
    'number 1',
  );
  check('1abc', 'word 1abc');
  check('-- a\n1', 'comment -- a', 'number 1');
  check('# a\n1 #!b', 'comment # a', 'number 1', 'comment #!b');
  check('/* /* ; */ */ 1', 'comment /* /* ; */ */', 'number 1');
  check(
    'a::b->c<=>d||e@@f',
    'word a',
    'punctuation ::',
    'word b',
    'punctuation ->',
    'word c',
    'punctuation <=>',
    'word d',
    'punctuation ||',
    'word e',
    'punctuation @@',
    'word f',
  );
  check("{p:Array(String)} { q : Enum8('a' = -1) }", 'parameter p', 'parameter q');
  check("{'a':1}", 'punctuation {', 'string a', 'punctuation :', 'number 1', 'punctuation }');
  check(
    '{p:String--}\n}',
    'punctuation {',
    'word p',
    'punctuation :',
    'word String',
    'comment --}',
    'punctuation }',
  );
});

test('what ClickHouse cannot read is an error with its place', () => {
  const check = (sql: string, start: number, end: number, message: RegExp) => {
    const lexed = lexSql(sql);
    expect(lexed, sql).toMatchObject({
      ok: false,
      error: { start, end, message: expect.stringMatching(message) },
    });
  };
  check("a 'b", 2, 4, /string is never closed/);
  check("'a\\'", 0, 4, /never closed/);
  check("'a\\", 0, 3, /never closed/);
  check('`a', 0, 2, /quoted name is never closed/);
  check('‘a', 0, 2, /’ is missing/);
  check('/* /* */', 0, 8, /comment is never closed/);
  check("x'4g'", 0, 5, /hexadecimal/);
  check('1.5abc', 0, 6, /not a number/);
  check('a é', 2, 3, /"é" has no meaning/);
  check('🦀', 0, 2, /"🦀"/);
  check('a \\G', 2, 3, /no meaning/);
  check('#a', 0, 1, /"#"/);
  check('a\0b', 1, 2, /no meaning/);
});

test('tokens cover the text: only white space lies between them, and lexing never hangs', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    '`',
    '\\',
    '$',
    '$a$',
    '--',
    '#',
    '# ',
    '/*',
    '*/',
    '\n',
    ';',
    '{',
    '}',
    ':',
    'a',
    '1',
    '.',
    'x',
    ' ',
    '‘',
    '’',
    '“',
    '”',
    "x'",
    '0x',
    'e',
    '−',
    'é',
    '(',
    ')',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const sql = pieces.join('');
      const lexed = lexSql(sql);
      if (!lexed.ok) {
        expect(lexed.error.start).toBeLessThan(lexed.error.end);
        expect(lexed.error.end).toBeLessThanOrEqual(sql.length);
        return;
      }
      let end = 0;
      for (const token of lexed.value) {
        expect(sql.slice(end, token.start).trim()).toBe('');
        expect(token.text).toBe(sql.slice(token.start, token.end));
        expect(token.end).toBeGreaterThan(token.start);
        end = token.end;
      }
      expect(sql.slice(end).trim()).toBe('');
    }),
    { numRuns: 3_000 },
  );
});

const quotable = fc.constantFrom(
  '\\',
  "'",
  '"',
  '`',
  'a',
  'n',
  '\n',
  '\0',
  'é',
  '🦀',
  '$',
  ' ',
  ';',
);
test('a string that was quoted by us reads back as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: quotable }), (text) => {
      const quoted = `'${text.replace(/[\\']/g, '\\$&')}'`;
      expect(kinds(quoted)).toEqual([`string ${text}`]);
    }),
  );
});

test('time grows with the length of the text and not faster', () => {
  const lexed = lexSql(`${'('.repeat(20_000)}${"'a' ".repeat(20_000)}${'{'.repeat(20_000)}`);
  expect(lexed.ok && lexed.value.length).toBe(60_000);
});
