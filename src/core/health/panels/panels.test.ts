import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqlName } from '../../../base/sql-text.ts';
import type { Reading } from '../../../model/fleet/reading.ts';
import { capabilityStatement, parseCapabilities } from '../readings/capabilities.ts';
import { parseAnswer } from '../readings/parse-answer.ts';
import { openEmbeddedNode } from '../testing/embedded-node.ts';
import { clusterPanels } from './cluster-panels.ts';
import { nodePanels } from './node-panels.ts';
import type { Panel } from './panel.ts';
import { planPanel } from './plan-panel.ts';
import { tablePanelNames, tablePanels } from './table-panels.ts';
import { partLogStart, tableGrowth, tableSize } from './table-size.ts';

/** The panels on a real engine, ClickHouse 26.7. The pages' own test has 18.16. */
const engine = openEmbeddedNode({
  config: '<part_log><database>system</database><table>part_log</table></part_log>',
});
const hostile = "or'ders`\\";
const table = { database: 'shop', table: hostile };
const known = () => parseCapabilities(engine.rows(capabilityStatement));

beforeAll(() => {
  engine.execute(
    'CREATE DATABASE shop',
    `CREATE TABLE shop.${sqlName(hostile)} (d Date, k UInt64 CODEC(ZSTD(3)), note String DEFAULT 'none' COMMENT 'a word') ENGINE = MergeTree PARTITION BY toYYYYMM(d) ORDER BY (d, k) TTL d + INTERVAL 90 DAY SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 0`,
    `INSERT INTO shop.${sqlName(hostile)} SELECT today() - number % 40, number, '' FROM numbers(10000)`,
    `ALTER TABLE shop.${sqlName(hostile)} DELETE WHERE k = 17 SETTINGS mutations_sync = 2`,
    "CREATE TABLE shop.far (k UInt64) ENGINE = MySQL('127.0.0.1:1', 'db', 't', 'me', 'geheim')",
    "CREATE VIEW shop.peek AS SELECT k FROM url('http://127.0.0.1:1/?key=geheim', 'CSV', 'k UInt64')",
  );
});
afterAll(() => engine.close());

function read(panel: Pick<Panel, 'reading'>): Reading {
  const planned = planPanel({ ...nodePanels.disks, ...panel }, known(), 1);
  if ('gap' in planned) return planned.gap;
  return parseAnswer(planned.statement, engine.rows(planned.statement.sql), 1)[0]!;
}

test('every panel is a statement that a server takes, whatever the table is called', () => {
  const all: readonly [string, Panel['reading']][] = [
    ...Object.entries({ ...nodePanels, ...clusterPanels }).map(
      ([name, panel]) => [name, panel.reading] as [string, Panel['reading']],
    ),
    ...Object.entries(tablePanels(table)).map(
      ([name, panel]) => [name, panel.reading] as [string, Panel['reading']],
    ),
    ['growth', tableGrowth(table, { fromMs: 0, toMs: 86_400_000 })],
    ['growth', partLogStart({ fromMs: 0, toMs: 86_400_000 })],
    ['size', tableSize(table)],
  ];
  const wrong: string[] = [];
  for (const [name, reading] of all)
    try {
      const { gap } = read({ reading });
      if (gap) wrong.push(`${name}: ${gap.detail}`);
    } catch (error) {
      wrong.push(`${name}: ${error}`);
    }
  // Without a write there is no part_log, and this engine writes none.
  expect(
    wrong.filter((each) => !each.startsWith('growth: This server has no system.part_log')),
  ).toEqual([]);
});

test('the definition of a table, in parts and whole', () => {
  const [row] = read(tablePanels(table).definition).rows;
  expect(row).toMatchObject({
    engine: 'MergeTree',
    partitionKey: 'toYYYYMM(d)',
    sortingKey: 'd, k',
    ttl: 'd + toIntervalDay(90)',
    settings: 'index_granularity = 1024, min_bytes_for_wide_part = 0',
    rows: 9_999,
  });
  expect(row?.statement).toContain("DEFAULT 'none'");
});

test('what leads to another system is shown without its literals', () => {
  const check = (name: string, expected: string) => {
    const statement = read(tablePanels({ database: 'shop', table: name }).definition).rows[0]
      ?.statement;
    expect(statement).not.toContain('geheim');
    expect(statement).toContain(expected);
  };
  check('far', "MySQL('…'");
  check('peek', "url('…'");
});

test('columns, partitions and mutations of exactly this table', () => {
  const rows = (name: (typeof tablePanelNames)[number]) => read(tablePanels(table)[name]).rows;
  expect(
    rows('columns').map(({ column, inSortingKey, codec }) => [column, inSortingKey, codec]),
  ).toEqual([
    ['d', true, ''],
    ['k', true, 'CODEC(ZSTD(3))'],
    ['note', false, ''],
  ]);
  expect(rows('columns')[1]?.ratio).toBeGreaterThan(0);
  expect(rows('partitions').reduce((sum, row) => sum + Number(row.rows), 0)).toBe(9_999);
  expect(rows('partitions').length).toBeGreaterThan(1);
  expect(rows('mutations')).toMatchObject([{ done: true, partsToDo: 0 }]);
  expect(rows('detached')).toEqual([]);
  const nobody = tablePanels({ database: 'shop', table: 'nobody' });
  for (const name of tablePanelNames) expect(read(nobody[name]).rows, name).toEqual([]);
});

test('a server that lacks a table or the columns to tell tables apart is not asked', () => {
  const check = (tables: Record<string, string[]>, expected: string) => {
    const columns = Object.entries(tables).map(([name, list]) => [name, new Set(list)] as const);
    const capabilities = { ...known(), tables: new Map(columns) };
    const planned = planPanel(tablePanels(table).partitions, capabilities, 1);
    expect('gap' in planned ? planned.gap.gap?.reason : 'asked').toBe(expected);
  };
  check({}, 'table');
  check({ parts: ['partition_id', 'active', 'rows'] }, 'column');
  check({ parts: ['partition_id', 'active', 'rows', 'database', 'table'] }, 'asked');
});
