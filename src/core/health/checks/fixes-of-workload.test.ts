import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName, sqlString } from '../../../base/sql-text.ts';
import type { FindingSubject } from '../../../model/fleet/finding.ts';
import type { Value } from '../check.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { placeLookAlike } from '../testing/look-alike-tables.ts';
import { driftChecks } from './drift/drift-checks.ts';
import { integrationsChecks } from './integrations/integrations-checks.ts';
import { resourcesChecks } from './resources/resources-checks.ts';
import { securityChecks } from './security/security-checks.ts';
import { workloadChecks } from './workload/workload-checks.ts';

/** Names that end a quoted name or text wherever one is not quoted well. */
const hostile = ["a'; DROP TABLE d.t; --", 'b`; DROP TABLE d.t; --', 'c\\', "d\\'`\\`;\n\0e"];
const checks = [
  ...resourcesChecks,
  ...workloadChecks,
  ...integrationsChecks,
  ...driftChecks,
  ...securityChecks,
];
/** What a fix may be answered with where its object is not there, or cannot be made here. */
const harmless = /Code: (1|36|60|81|192|495|511|735)\b/;

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
  for (const table of ['query_log', 'query_views_log', 'session_log', 'backup_log'])
    placeLookAlike(engine, table);
  placeLookAlike(engine, 'asynchronous_metrics');
  placeLookAlike(engine, 'distributed_ddl_queue');
  engine.execute(
    'ALTER TABLE system.query_log ADD COLUMN client_hostname String, ADD COLUMN tables Array(String)',
    'ALTER TABLE system.session_log ADD COLUMN interface String',
    'ALTER TABLE system.backup_log ADD COLUMN num_files UInt64',
    'ALTER TABLE system.distributed_ddl_queue ADD COLUMN exception_text String',
    'CREATE DATABASE d',
    'CREATE TABLE d.t (a Int8) ENGINE = Memory',
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

const values: readonly Readonly<Record<string, Value>>[] = [
  {},
  { blocked: true, disabled: true, code: 241, storage: 'users_xml', oldestEntry: 'query-1' },
  ...hostile.map((name) => ({ kind: 'user', oldestEntry: name })),
  ...hostile.map(() => ({ kind: 'rights of the user' })),
];

test('every fix is one statement that a server takes, whatever things are called', () => {
  const refused = new Set<string>();
  for (const check of checks)
    for (const name of hostile)
      for (const each of values)
        for (const subject of subjects(check.id, name)) {
          const fix = check.fix?.({ subject, values: each }, 'warning');
          if (!fix) continue;
          const said = answer(fix.sql);
          if (said !== '' && !harmless.test(said))
            refused.add(`${check.id}: ${fix.sql}\n${said.slice(0, 300)}`);
        }
  expect([...refused]).toEqual([]);
  expect(engine.rows('EXISTS TABLE d.t')).toEqual([[1]]);
});

/** Checks that also speak of things without a database, or of a server as a whole. */
const withoutTable = new Set([
  'dictionary-load',
  'dictionary-age',
  'kafka-consumers',
  'view-failures',
]);

const subjects = (check: string, name: string): readonly FindingSubject[] => [
  { user: name, database: name, table: name, object: name },
  ...(withoutTable.has(check) ? [{ object: name }] : []),
];

test('fixes of things that are there do what they say', () => {
  // A dictionary is looked up by `database.name` in one text: a name with a dot is not found.
  for (const name of hostile.map((each) => each.replaceAll('.', ' '))) {
    const quoted = sqlName(name);
    const subject = { database: name, table: name, object: `x${name}` };
    engine.execute(
      `CREATE DATABASE ${quoted}`,
      `CREATE TABLE ${quoted}.${quoted} (a Int8) ENGINE = Distributed(dead, d, t)`,
      `CREATE DICTIONARY ${quoted}.${sqlName(`x${name}`)} (a UInt64, b String) PRIMARY KEY a SOURCE(CLICKHOUSE(QUERY 'SELECT 1 AS a, \\'x\\' AS b')) LAYOUT(FLAT()) LIFETIME(0)`,
    );
    const fixOf = (id: string, given: Readonly<Record<string, Value>> = {}): string =>
      checks.find((each) => each.id === id)?.fix?.({ subject, values: given }, 'warning')?.sql ??
      '';
    engine.execute(`SYSTEM STOP DISTRIBUTED SENDS ${quoted}.${quoted}`);
    expect(answer(fixOf('distributed-queue', { blocked: true })), name).toBe('');
    expect(answer(fixOf('distributed-queue')), name).toBe('');
    expect(answer(fixOf('dictionary-load')), name).toBe('');
    expect(answer(fixOf('schema-drift')), name).toBe('');
    const status = `SELECT status FROM system.dictionaries WHERE database = ${sqlString(name)}`;
    expect(engine.rows(status), name).toEqual([['LOADED']]);
  }
});
