import { afterEach, expect, test } from 'vitest';
import type { Check, Need } from '../check.ts';
import type { ReadingDefinition } from '../readings/reading-definition.ts';
import {
  type EmbeddedNode,
  type EmbeddedNodeOptions,
  openEmbeddedNode,
} from '../testing/embedded-node.ts';
import { lookAlikes, placeLookAlike } from '../testing/look-alike-tables.ts';
import { type Watch, watchNodes } from '../testing/watch-nodes.ts';
import { driftChecks } from './drift/drift-checks.ts';
import { integrationsChecks } from './integrations/integrations-checks.ts';
import { keeperChecks } from './keeper/keeper-checks.ts';
import { partsChecks } from './parts/parts-checks.ts';
import { reachabilityChecks } from './reachability/reachability-checks.ts';
import { replicationChecks } from './replication/replication-checks.ts';
import { resourcesChecks } from './resources/resources-checks.ts';
import { securityChecks } from './security/security-checks.ts';
import { storageChecks } from './storage/storage-checks.ts';
import { workloadChecks } from './workload/workload-checks.ts';

/**
 * What checks say of a real engine from which a table, a column or a right was really taken, as if it
 * had objects of all kinds: where it has none, there is nothing that would be missed.
 */
const checks: readonly Check[] = [
  ...reachabilityChecks,
  ...replicationChecks,
  ...keeperChecks,
  ...partsChecks,
  ...storageChecks,
  ...resourcesChecks,
  ...workloadChecks,
  ...integrationsChecks,
  ...driftChecks,
  ...securityChecks,
].map(({ about, ...check }) => check);
let engine: EmbeddedNode | undefined;
afterEach(() => {
  engine?.close();
  engine = undefined;
});

function open(options: EmbeddedNodeOptions = {}): EmbeddedNode {
  engine = openEmbeddedNode(options);
  return engine;
}

/** Two addresses of one engine, for checks that compare. */
const watching = (node: EmbeddedNode, list: readonly Check[]): Watch =>
  watchNodes(
    ['n1:8123', 'n2:8123'].map((id) => ({
      id,
      user: 'eye',
      rows: (sql: string) => node.rows(sql),
      uptimeMs: 30 * 86_400_000,
    })),
    list,
  );

const needing = (table: string): Check[] =>
  checks.filter((check) => check.needs.some(({ reading }) => reading.table === table));
const tables = [
  ...new Set(checks.flatMap((check) => check.needs.map(({ reading }) => reading.table))),
];

test('a table that is not there', async () => {
  const node = open();
  for (const table of lookAlikes) placeLookAlike(node, table);
  for (const table of tables) {
    node.execute(`DROP TABLE IF EXISTS system.${table}`);
    const watch = watching(node, needing(table));
    await watch.rounds();
    for (const check of needing(table)) {
      const gone = check.needs.filter(({ reading }) => !exists(node, reading.table));
      const expected = gone[0]!.absent;
      expect(watch.outcome(check.id), `${check.id} without ${table}`).toMatch(
        new RegExp(`^${expected}: This server has no system\\.`),
      );
    }
  }
});

const exists = (node: EmbeddedNode, table: string): boolean =>
  String(node.rows(`EXISTS TABLE system.${table}`)[0]?.[0]) === '1';

test('a column that is not there', async () => {
  const node = open();
  for (const table of lookAlikes) placeLookAlike(node, table);
  const columns = new Map(tables.map((table) => [table, columnsIn(node, table)] as const));
  for (const { check, need, column } of declaredColumns()) {
    const { table } = need.reading;
    const lost = columnsOf(need.reading, column);
    replace(node, table, columns.get(table)!, lost);
    const watch = watching(node, [check]);
    await watch.rounds();
    expect(watch.outcome(check.id), `${check.id} without ${lost} of ${table}`).toMatch(
      /^unknown: (system\.\w+ of this server (does not tell|has no column)|There is no)/,
    );
    replace(node, table, columns.get(table)!, []);
  }
}, 240_000);

type Columns = readonly (readonly [name: string, type: string])[];

const columnsIn = (node: EmbeddedNode, table: string): Columns =>
  node.rows(
    `SELECT name, type FROM system.columns WHERE database = 'system' AND table = '${table}'`,
  ) as [string, string][];

/** Puts an empty table in the place of one of `system`, without some of its columns. */
function replace(
  node: EmbeddedNode,
  table: string,
  columns: Columns,
  lost: readonly string[],
): void {
  const left = columns.filter(([name]) => !lost.includes(name));
  node.execute(
    `DROP TABLE IF EXISTS system.${table}`,
    `CREATE TABLE system.${table} (${[...left, ['leftOver', 'UInt8']].map(([name, type]) => `\`${name}\` ${type}`)}) ENGINE = Memory`,
  );
}

function declaredColumns(): { check: Check; need: Need; column: string }[] {
  return checks.flatMap((check) =>
    check.needs.flatMap((need) =>
      (need.columns ?? Object.keys(need.reading.columns)).map((column) => ({
        check,
        need,
        column,
      })),
    ),
  );
}

/** Columns of the table without which none of the sources of a cell can be used. */
const columnsOf = (reading: ReadingDefinition, column: string): string[] => [
  ...new Set(reading.columns[column]!.sources.map(({ needs }) => needs[0]!)),
];

test('rights that are not there, with the statement that gives them', async () => {
  const node = open({ grants: ['GRANT SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.*'] });
  const ids = ['weak-account', 'access-drift'];
  const watch = watching(
    node,
    checks.filter((check) => ids.includes(check.id)),
  );
  const { findings } = await watch.rounds(2);
  expect(watch.outcome('weak-account')).toMatch(/^unknown/);
  expect(watch.outcome('access-drift')).toMatch(/^unknown/);
  const grants = findings.map((each) => each.grant);
  expect(grants).toContain('GRANT SHOW USERS ON *.* TO `eye`');
});

test('with exactly the rights that were missing, there is an answer', async () => {
  const node = open({
    grants: [
      'GRANT SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.*',
      'GRANT SHOW USERS, SHOW ROLES, SHOW ROW POLICIES, SHOW QUOTAS, SHOW SETTINGS PROFILES ON *.*',
    ],
  });
  const watch = watching(
    node,
    checks.filter((check) => ['weak-account', 'access-drift'].includes(check.id)),
  );
  await watch.rounds(2);
  expect(watch.outcome('weak-account')).toBe('ok');
  expect(watch.outcome('access-drift')).toBe('ok');
});
