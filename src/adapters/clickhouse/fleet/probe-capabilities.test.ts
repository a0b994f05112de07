import { afterEach, expect, test } from 'vitest';
import { monitoringRights } from '../../../core/health/access/monitoring-user.ts';
import { parseOwnGrants } from '../../../core/health/access/own-grants.ts';
import { blindTo, parseSight, sightStatement } from '../../../core/health/access/sight.ts';
import { type Capabilities, wantedTables } from '../../../core/health/index.ts';
import { probeNodeCapabilities, readOwnGrants } from './probe-capabilities.ts';
import { type GrantedEngine, startGrantedEngine } from './testing/granted-engine.ts';

const noCapabilities: Capabilities = {
  version: '',
  tables: new Map(),
  denied: new Map(),
  functions: new Set(),
};
let engine: GrantedEngine | undefined;
afterEach(() => engine?.stop());

test('the monitoring user sees all that the engine has and that is wanted', async () => {
  engine = await startGrantedEngine(monitoringRights.map(({ right }) => `GRANT ${right}`));
  const everything = await engine.client.run(
    "SELECT name FROM system.tables WHERE database = 'system'",
  );
  const has = new Set(everything.rows.map(([name]) => String(name)));
  const capabilities = await probeNodeCapabilities(engine.client, wantedTables);
  expect([...capabilities.denied]).toEqual([]);
  const seen = [...wantedTables].filter((table) => capabilities.tables.has(table));
  expect(seen.sort()).toEqual([...wantedTables].filter((table) => has.has(table)).sort());
  const grants = await readOwnGrants(engine.client);
  expect(typeof grants === 'object' && grants.gives('SHOW TABLES', '*.*')).toBe(true);
});

test('SELECT on system alone lists the tables of access control, and does not read them', async () => {
  engine = await startGrantedEngine(['GRANT SELECT ON system.*']);
  const { tables, denied } = await probeNodeCapabilities(engine.client, wantedTables);
  expect(tables.has('parts')).toBe(true);
  expect(denied.get('users')).toBe('GRANT SHOW USERS ON *.* TO `default`');
  expect(denied.get('row_policies')).toBe('GRANT SHOW ROW POLICIES ON *.* TO `default`');
  const sight = await engine.client.run(sightStatement({ ...noCapabilities, tables }));
  expect(Number(new Map(sight.rows as [string, string][]).get('visibleAll'))).toBeGreaterThan(50);
});

test('all rights, as the engine writes them out', async () => {
  engine = await startGrantedEngine(['GRANT ALL ON *.*']);
  const grants = await readOwnGrants(engine.client);
  if (typeof grants !== 'object') throw new Error('no grants');
  for (const right of ['SELECT', 'SHOW TABLES', 'SHOW DICTIONARIES', 'SHOW USERS'])
    expect(grants.gives(right, '*.*'), right).toBe(true);
  expect((await probeNodeCapabilities(engine.client, wantedTables)).denied.size).toBe(0);
});

test('tables that can be read though they are not listed', async () => {
  engine = await startGrantedEngine(['GRANT SELECT ON system.parts']);
  const { tables, denied } = await probeNodeCapabilities(engine.client, [
    'parts',
    'metrics',
    'users',
    'no_such',
  ]);
  expect([...denied]).toEqual([['users', 'GRANT SHOW USERS ON *.* TO `default`']]);
  expect(tables.has('users')).toBe(false);
  expect(tables.get('parts')?.has('partition')).toBe(true);
  expect([...(tables.get('metrics') ?? [])]).toEqual(['metric', 'value', 'description']);
  expect(tables.has('no_such')).toBe(false);
  const grants = await readOwnGrants(engine.client);
  expect(typeof grants === 'object' && grants.gives('SHOW TABLES', '*.*')).toBe(false);
});

test('what the own grants say', () => {
  const check = (lines: string[], right: string, scope: 'system.*' | '*.*', expected: boolean) =>
    expect(parseOwnGrants(lines.map((line) => [line])).gives(right, scope), lines.join()).toBe(
      expected,
    );
  const system = 'GRANT SELECT ON system.* TO monitor';
  const show = 'GRANT SHOW DATABASES, SHOW TABLES, SHOW COLUMNS ON *.* TO monitor';
  check([], 'SELECT', 'system.*', false);
  check([system], 'SELECT', 'system.*', true);
  check([system], 'SHOW TABLES', '*.*', false);
  check([system, show], 'SHOW TABLES', '*.*', true);
  check([show], 'SELECT', 'system.*', false);
  check(['GRANT ALL ON *.* TO x WITH GRANT OPTION'], 'SELECT', 'system.*', true);
  check(['GRANT SELECT ON *.* TO x'], 'SHOW TABLES', '*.*', true);
  check(['GRANT SELECT ON *.* TO x'], 'SHOW DICTIONARIES', '*.*', false);
  check(['GRANT CHECK, SHOW, SELECT ON *.* TO x'], 'SHOW DICTIONARIES', '*.*', true);
  check(['GRANT dictGet, S3, SELECT(a, b), SHOW ON *.* TO x'], 'SHOW TABLES', '*.*', true);
  check(['GRANT dictGet, S3, SELECT(a, b), SHOW ON *.* TO x'], 'SELECT', '*.*', false);
  check(['GRANT SHOW ACCESS ON *.* TO x'], 'SHOW USERS', '*.*', true);
  check(['GRANT SHOW ON *.* TO x'], 'SHOW USERS', '*.*', false);
  check(['GRANT SELECT(a) ON system.* TO x'], 'SELECT', 'system.*', false);
  check(['GRANT SELECT ON system.parts TO x'], 'SELECT', 'system.*', false);
  check(['GRANT SELECT ON systems.* TO x'], 'SELECT', 'system.*', false);
  check(['GRANT `watchers` TO x'], 'SELECT', 'system.*', false);
  check([system, 'REVOKE SELECT ON system.parts FROM x'], 'SELECT', 'system.*', false);
  expect(parseOwnGrants([[1], []]).gives('SELECT', '*.*')).toBe(false);
});

test('how much of the server the user sees', () => {
  const check = (rows: unknown[][], expected: string | undefined) => {
    const sight = parseSight(rows);
    const blind = blindTo(sight);
    const told = blind ? `${blind.visible} of ${blind.real} ${blind.what}` : 'all';
    expect(sight.length > 0 ? told : undefined, JSON.stringify(rows)).toBe(expected);
  };
  const seen = (visible: string, attached: string) => [
    ['visible', visible],
    ['attached', attached],
  ];
  const parts = (visible: string, active: string) => [
    ['visibleParts', visible],
    ['active', active],
  ];
  check([], undefined);
  check([['visible', 'x']], undefined);
  check([['visible', '5']], undefined);
  check(seen('5', 'nan'), undefined);
  check(seen('112', '141'), '112 of 141 tables');
  check(seen('141', '141'), 'all');
  check(seen('95', '100'), 'all');
  check(seen('94', '100'), '94 of 100 tables');
  check(seen('150', '141'), 'all');
  check(seen('0', '0'), 'all');
  // Older servers count all tables, and parts, now and then.
  check([...seen('3', 'nan'), ['visibleAll', '50'], ['number', '80']], '50 of 80 tables');
  check(
    [
      ['visibleParts', '1'],
      ['total', '9'],
    ],
    '1 of 9 parts',
  );
  // What is counted now is believed before what was counted a while ago.
  check([...seen('5', '5'), ['visibleAll', '5'], ['number', '80']], 'all');
  check([...parts('9', '9'), ['total', '90']], 'all');
  check([...seen('99', '100'), ...parts('2', '100')], '2 of 100 parts');
});

test('the same of a real engine, with and without the right to see tables', async () => {
  const look = async (grants: string[]) => {
    engine = await startGrantedEngine(grants);
    const { tables } = await probeNodeCapabilities(engine.client, wantedTables);
    const { rows } = await engine.client.run(sightStatement({ ...noCapabilities, tables }));
    return parseSight(rows);
  };
  const everything = await look(['GRANT SELECT, SHOW ON *.*']);
  expect(everything.map(({ what }) => what)).toEqual(['tables', 'parts']);
  expect(blindTo(everything)).toBeUndefined();
});
