import { afterAll, beforeAll, expect, test } from 'vitest';
import { readings } from '../catalogue.ts';
import { type EmbeddedNode, openEmbeddedNode } from '../testing/embedded-node.ts';
import { lookAlikes, placeLookAlike } from '../testing/look-alike-tables.ts';

let engine: EmbeddedNode;
beforeAll(() => {
  engine = openEmbeddedNode();
  for (const table of lookAlikes) placeLookAlike(engine, table);
});
afterAll(() => engine.close());

/** Names in an expression that are neither texts nor functions. */
function namesIn(sql: string): string[] {
  const withoutTexts = sql.replaceAll(/'(?:[^'\\]|\\.)*'/g, "''");
  return [...withoutTexts.matchAll(/(?<![\w.])[A-Za-z_][\w.]*(?!\w|\s*\()/g)].map(
    (match) => match[0],
  );
}

test('names in an expression', () => {
  const check = (sql: string, ...expected: string[]) => expect(namesIn(sql)).toEqual(expected);
  check('is_readonly', 'is_readonly');
  check("countIf(type = 2 AND x != 'y z')", 'type', 'AND', 'x');
  check(
    "ProfileEvents.Values[indexOf(ProfileEvents.Names, 'a')]",
    'ProfileEvents.Values',
    'ProfileEvents.Names',
  );
});

test('every expression states all columns that it uses, so that none fails for want of one', () => {
  const columns = new Map<string, Set<string>>();
  const rows = engine.rows("SELECT table, name FROM system.columns WHERE database = 'system'");
  for (const [table, name] of rows as [string, string][])
    columns.set(table, (columns.get(table) ?? new Set()).add(name));
  const missed = [...readings.values()].flatMap((reading) => {
    const sources = [
      ...Object.values(reading.columns).flatMap((column) => column.sources),
      ...(reading.where ?? []),
      ...(reading.orderBy ?? []),
    ];
    return sources.flatMap(({ needs, sql }) =>
      namesIn(sql)
        .filter((name) => columns.get(reading.table)?.has(name) && !needs.includes(name))
        // The bounds of a log need it anyway.
        .filter((name) => !(reading.log && name === 'event_time'))
        .map((name) => `${reading.name}: ${sql.slice(0, 80)} uses ${name}`),
    );
  });
  expect(missed).toEqual([]);
});
