import { afterAll, expect, test } from 'vitest';
import { readings } from '../catalogue.ts';
import { openEmbeddedNode } from '../testing/embedded-node.ts';
import { capabilityStatement, parseCapabilities } from './capabilities.ts';
import { planTier, splitStatement } from './collect-statement.ts';
import { parseAnswer } from './parse-answer.ts';
import { computed, defineReading, number, text, texts } from './reading-definition.ts';
import { parseVitals, vitalsStatement } from './vitals.ts';

/** The statements on a real engine, ClickHouse 26.7. */
const engine = openEmbeddedNode();
afterAll(() => engine.close());
const capabilities = parseCapabilities(engine.rows(capabilityStatement));

test('the capabilities of a real server', () => {
  expect(capabilities.version).toMatch(/^26\.7\./);
  expect(capabilities.tables.get('parts')?.has('partition_id')).toBe(true);
  expect(capabilities.functions.has('now64')).toBe(true);
});

test('vitals of a real server, its clock that of this machine', () => {
  const sentMs = Date.now();
  const rows = engine.rows(vitalsStatement(capabilities));
  const sample = parseVitals(rows, { sentMs, receivedMs: Date.now() });
  expect(sample?.version).toMatch(/^26\.7\./);
  expect(sample?.gauges.get('Query')).toBeGreaterThan(0);
  expect(sample?.counters.get('Query')).toBeGreaterThan(0);
  expect(Math.abs(sample?.clock?.skewMs ?? 1e9)).toBeLessThanOrEqual(
    (sample?.clock?.uncertaintyMs ?? 0) + 2,
  );
});

test('every reading is a statement that the server takes', () => {
  const refused: string[] = [];
  for (const tier of ['vitals', 'state', 'slow', 'parts', 'daily', 'logs'] as const)
    for (const statement of planTier([...readings.values()], tier, capabilities, 1).statements)
      for (const one of splitStatement(statement))
        try {
          for (const { name, gap } of parseAnswer(one, engine.rows(one.sql), 1))
            if (gap) refused.push(`${name}: ${gap.detail}`);
        } catch (error) {
          // 139: this engine has no Keeper, which the table asks for before anything else.
          if (!String(error).includes('Code: 139')) refused.push(`${one.readings}: ${error}`);
        }
  expect(refused).toEqual([]);
});

test('cells arrive as they are: NULL, arrays, hostile names, large and odd numbers', () => {
  const hostile = ["a'b", 'c`d', 'e\\f', '\n\t\0', '🦉, ]', '\\N', 'NULL', ''];
  engine.execute(
    'CREATE TABLE system.odd_things (name String, gone Nullable(String), tags Array(String), big UInt64, half Float64) ENGINE = Memory',
  );
  const quoted = (each: string) =>
    `unhex('${[...new TextEncoder().encode(each)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}')`;
  for (const each of hostile)
    engine.execute(
      `INSERT INTO system.odd_things SELECT ${quoted(each)}, NULL, [${quoted(each)}, ''], 9007199254740991, nan`,
    );
  const odd = defineReading({
    name: 'odd',
    tier: 'state',
    table: 'odd_things',
    columns: {
      name: text('name'),
      gone: text('gone'),
      tags: texts('tags'),
      big: number('big'),
      half: number('half'),
      never: computed('text', { needs: ['no_such_column'], sql: 'no_such_column' }),
    },
  });
  const known = parseCapabilities(engine.rows(capabilityStatement));
  const [statement] = planTier([odd], 'state', known, 1).statements;
  const [answer] = parseAnswer(statement!, engine.rows(statement!.sql), 1);
  expect(answer?.missingColumns).toEqual(['never']);
  expect(answer?.rows.map((row) => row.name).sort()).toEqual([...hostile].sort());
  for (const row of answer?.rows ?? [])
    expect(row).toEqual({ name: row.name, tags: [row.name, ''], big: Number.MAX_SAFE_INTEGER });
  engine.execute('DROP TABLE system.odd_things');
});
