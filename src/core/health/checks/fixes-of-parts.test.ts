import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName } from '../../../base/sql-text.ts';
import type { FindingSubject } from '../../../model/fleet/finding.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { keeperChecks } from './keeper/keeper-checks.ts';
import { partsChecks } from './parts/parts-checks.ts';
import { storageChecks } from './storage/storage-checks.ts';

/** Names that end a quoted name or text wherever one is not quoted well. */
const hostile = ["a'; DROP TABLE d.t; --", 'b`; DROP TABLE d.t; --', 'c\\', "d\\'`\\`;\n\0e"];
const checks = [...keeperChecks, ...partsChecks, ...storageChecks];
/** Tables that this engine does not have: a fix that reads them is executed elsewhere. */
const lacking = /Code: 60\b.*zookeeper/;

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
  for (const table of ['query_log', 'part_log']) placeLookAlike(engine, table);
  engine.execute('CREATE DATABASE d', 'CREATE TABLE d.t (a Int8) ENGINE = Memory');
  for (const name of hostile)
    engine.execute(
      `CREATE DATABASE ${sqlName(name)}`,
      `CREATE TABLE ${sqlName(name)}.${sqlName(name)} (event_date Date) ENGINE = MergeTree ORDER BY event_date TTL event_date + INTERVAL 1 DAY`,
      `CREATE TABLE system.${sqlName(name)} (event_date Date) ENGINE = MergeTree ORDER BY event_date`,
    );
});
afterAll(() => engine.close());

/** Runs a fix; '' where it went well, else what the server said. */
function answer(sql: string): string {
  try {
    engine.execute(sql);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const subjectsOf = (name: string): readonly FindingSubject[] => [
  { database: name, table: name, partition: name, object: name, disk: name },
  { database: 'system', table: name },
];

test('every fix is one statement that a server takes, whatever things are called', () => {
  const refused: string[] = [];
  let ran = 0;
  for (const check of checks)
    for (const name of hostile)
      for (const subject of subjectsOf(name)) {
        if (subject.database === 'system' && !check.id.startsWith('system-log')) continue;
        if (subject.database !== 'system' && check.id.startsWith('system-log')) continue;
        const fix = check.fix?.({ subject, values: { code: 241 } }, 'warning');
        if (!fix) continue;
        ran += 1;
        const said = answer(fix.sql);
        if (said !== '' && !lacking.test(said))
          refused.push(`${check.id}: ${fix.sql}\n${said.slice(0, 300)}`);
      }
  expect(refused).toEqual([]);
  expect(ran).toBeGreaterThan(100);
  expect(engine.rows('EXISTS TABLE d.t')).toEqual([[1]]);
});

test('a fix that changes something says so', () => {
  const item = { subject: { database: 'd', table: 't' }, values: {} };
  for (const check of checks) {
    const fix = check.fix?.(item, 'warning');
    const reads = /^(SELECT|SYSTEM START) /.test(fix?.sql ?? 'SELECT ');
    expect(reads ? 'safe' : fix?.risk, check.id).toMatch(
      reads ? /^safe$/ : /disruptive|destructive/,
    );
    if (reads && fix) expect(fix.risk, check.id).toBe('safe');
  }
});
