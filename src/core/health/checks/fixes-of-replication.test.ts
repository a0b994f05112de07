import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName, sqlTable } from '../../../base/sql-text.ts';
import type { Value } from '../check.ts';
import { grantStatement } from '../readings/capabilities.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { reachabilityChecks } from './reachability/reachability-checks.ts';
import { replicationChecks } from './replication/replication-checks.ts';

/** Names that end a quoted name or text wherever one is not quoted well. */
const hostile = ["a'; DROP TABLE d.t; --", 'b`; DROP TABLE d.t; --', 'c\\', "d\\'`\\`;\n\0e", '%'];
/** Not a replicated table; users and grants cannot be written; an empty log is not flushed. */
const harmless = /Code: (36|192|495|511|514|48)\b/;

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
  for (const table of ['crash_log', 'text_log']) placeLookAlike(engine, table);
  engine.execute(
    'ALTER TABLE system.text_log ADD COLUMN logger_name String',
    'CREATE DATABASE d',
    'CREATE TABLE d.t (a Int8) ENGINE = Memory',
  );
});
afterAll(() => engine.close());

function answer(sql: string): string {
  try {
    engine.execute(sql);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('every fix is a statement that a server takes, whatever things are called', () => {
  const refused: string[] = [];
  for (const name of hostile) {
    engine.execute(
      `CREATE DATABASE ${sqlName(name)}`,
      `CREATE TABLE ${sqlTable({ database: name, name })} (k UInt64) ENGINE = MergeTree ORDER BY k`,
    );
    const subject = { node: name, database: name, table: name, partition: name, object: name };
    const values: Readonly<Record<string, Value>> = { grants: grantStatement(name, name) };
    for (const check of [...reachabilityChecks, ...replicationChecks]) {
      const fix = check.fix?.({ subject, values }, 'warning');
      if (!fix) continue;
      const words = answer(fix.sql);
      if (words !== '' && !harmless.test(words)) refused.push(`${check.id}: ${fix.sql}: ${words}`);
    }
  }
  expect(refused).toEqual([]);
  expect(engine.rows('EXISTS TABLE d.t')).toEqual([[1]]);
});
