import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checks, readings } from './catalogue.ts';
import { checkGroups } from './check.ts';

const duplicates = (names: readonly string[]): string[] =>
  names.filter((name, place) => names.indexOf(name) !== place);

test('ids of checks and names of readings are of one thing each', () => {
  expect(duplicates(checks.map((check) => check.id))).toEqual([]);
  expect(checks.filter(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  const all = checks.flatMap((check) => [
    ...check.needs.map((need) => need.reading),
    ...(check.uses ?? []),
  ]);
  expect(all.filter((reading) => readings.get(reading.name) !== reading)).toEqual([]);
});

test('the catalogue has every number that it means to have', () => {
  const later = [62, 63, 70, 74, 85, 87, 94, 95, 96, 98];
  const numbers = new Set(checks.map((check) => check.number));
  const wanted = Array.from({ length: 104 }, (_, place) => place + 1).filter(
    (number) => !later.includes(number),
  );
  expect(wanted.filter((number) => !numbers.has(number))).toEqual([]);
  expect([...numbers].filter((number) => !wanted.includes(number))).toEqual([]);
});

test('every check says why it matters, what usually lies behind it, and who says so', () => {
  for (const check of checks) {
    expect(checkGroups, check.id).toContain(check.group);
    expect(check.explanation.length, check.id).toBeGreaterThan(20);
    expect(check.causes.length, check.id).toBeGreaterThan(0);
    expect(check.rules.length, check.id).toBeGreaterThan(0);
    for (const rule of check.rules) expect(rule.source.length, check.id).toBeGreaterThan(3);
  }
});

test('readings with a log have the minute, and are grouped by it', () => {
  for (const { name, log, columns, groupBy } of readings.values())
    if (log)
      expect([name, 'minute' in columns, groupBy?.includes('minute')]).toEqual([name, true, true]);
});

const root = join(import.meta.dirname, '../../..');
/** Tests below a folder, as one text. */
const testsIn = (folder: string, only: (text: string) => boolean): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .filter(only)
    .join('\n');

test('a check that claims a fault is named by a test that makes one, and one that claims SQL by one with an engine', () => {
  const faults = testsIn('test/fleet', () => true);
  const engines = testsIn('src/core/health', (text) => /openEmbeddedNode|openEngine/.test(text));
  const named = (text: string, id: string): boolean => text.includes(`'${id}`);
  const unproven = checks.filter(({ id, proof }) => {
    if (proof.kind === 'fault') return !named(faults, id);
    return proof.kind === 'sql' && !named(engines, id) && !named(faults, id);
  });
  expect(unproven.map(({ id, proof }) => `${id}: ${proof.kind}`)).toEqual([]);
});
