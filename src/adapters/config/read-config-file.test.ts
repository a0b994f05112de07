import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderProblem } from '../../model/config/config-problem.ts';
import { parseConfigText, readConfigFile } from './read-config-file.ts';

test('values with their places', () => {
  const check = (text: string, expected: [string, unknown, number, number][]) => {
    const { entries, problems } = parseConfigText('c.yaml', text);
    expect(problems).toEqual([]);
    expect(entries.map((each) => [each.key, each.value, each.line, each.column])).toEqual(expected);
  };
  check('', []);
  check('# only a comment\n', []);
  check('port: 3000\n', [['port', 3000, 1, 1]]);
  check('spool:\n  maxBytes: 8GiB\n  fsync: never\n', [
    ['spool.maxBytes', '8GiB', 2, 3],
    ['spool.fsync', 'never', 3, 3],
  ]);
  check('trustedProxies:\n  - 10.0.0.0/8\n  - ::1\n', [
    ['trustedProxies', ['10.0.0.0/8', '::1'], 1, 1],
  ]);
  check('password:\n', [['password', null, 1, 1]]);
  check('spool: {}\n', [['spool', {}, 1, 1]]);
  check('spool.fsync: never', [['spool.fsync', 'never', 1, 1]]);
  check('1: 2', [['1', 2, 1, 1]]);
  check('store: {url: "http://u:p@h"}', [['store.url', 'http://u:p@h', 1, 9]]);
});

test('what is wrong, and where', () => {
  const check = (text: string, expected: RegExp) =>
    expect(parseConfigText('c.yaml', text).problems.map(renderProblem).join('\n')).toMatch(
      expected,
    );
  check('port: 1\nport: 2\n', /^c\.yaml:2:1: Map keys must be unique/);
  check('a: [1\nb: 2', /^c\.yaml:2:\d+: /);
  check('\tport: 1', /^c\.yaml:1:\d+: /);
  check('- port', /^c\.yaml:1:1: expected a map of settings/);
  check('just text', /^c\.yaml:1:1: expected a map of settings/);
  check('a: &x 1\nb: *x\n', /^c\.yaml:2:1: aliases are not supported/);
});

test('files that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-config-'));
  try {
    writeFileSync(join(folder, 'big.yaml'), '#'.repeat(1_048_577));
    const check = (name: string, expected: RegExp) =>
      expect(readConfigFile(join(folder, name)).problems.map(renderProblem).join()).toMatch(
        expected,
      );
    check('absent.yaml', /absent\.yaml:1:1: cannot be read: ENOENT/);
    check('.', /cannot be read: EISDIR/);
    check('big.yaml', /is larger than 1048576 bytes/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
