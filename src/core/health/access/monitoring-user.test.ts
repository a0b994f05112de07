import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqlString } from '../../../base/sql-text.ts';
import { openEngine } from '../../search/testing/engine.ts';
import { grantRight, renderMonitoringUser } from './monitoring-user.ts';

const engine = openEngine();
afterAll(() => engine.close());

test('what a person runs', async () => {
  const { sql, usersXml } = renderMonitoringUser({ username: 'castellan' });
  const golden = (name: string): string => join(import.meta.dirname, name);
  await expect(`${sql}\n`).toMatchFileSnapshot(golden('monitoring-user.golden.sql'));
  await expect(usersXml).toMatchFileSnapshot(golden('monitoring-user.golden.xml'));
});

/** The statements as the engine's parser understands them. */
const parsed = (sql: string): string[] =>
  sql
    .split(/;\n|;$/)
    .filter((each) => each.trim() !== '')
    .map((each) => {
      const [row] = engine.query(`SELECT formatQuerySingleLine(${sqlString(each)}) AS parsed`);
      return String(row?.parsed);
    });

test('a real parser reads one statement each, whatever the names are', () => {
  const names = ['castellan', 'a b', '`; DROP TABLE x; --', "o'brien", 'a\\', 'ü', 'x`y'];
  for (const username of names) {
    const { sql } = renderMonitoringUser({ username, password: "p'; --\\", cluster: username });
    const statements = parsed(sql);
    expect(statements.map((each) => each.split(' ')[0])).toEqual([
      'CREATE',
      'CREATE',
      'GRANT',
      'GRANT',
      'GRANT',
    ]);
    expect(statements.every((each) => each.includes('ON CLUSTER'))).toBe(true);
  }
  expect(parsed(grantRight('SELECT ON system.*', 'a`b'))).toEqual([
    'GRANT SELECT ON system.* TO `a\\`b`',
  ]);
});

test('names that an XML element cannot have', () => {
  const check = (username: string, possible: boolean) =>
    expect(renderMonitoringUser({ username }).usersXml.includes('<users>')).toBe(possible);
  check('castellan', true);
  check('a-b.c_1', true);
  check('1a', false);
  check('a b', false);
  check('a><b', false);
  check('', false);
  const { usersXml } = renderMonitoringUser({ username: 'u', password: '<&>' });
  expect(usersXml).toContain('<password>&lt;&amp;&gt;</password>');
});
