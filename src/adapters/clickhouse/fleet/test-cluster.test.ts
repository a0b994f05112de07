import { afterEach, expect, test } from 'vitest';
import { ClusterSettings } from '../../../model/fleet/cluster.ts';
import type { ClusterTestData } from '../../../model/fleet/fleet-api.ts';
import { testCluster } from './test-cluster.ts';
import { compactJson, httpText, startBadServer } from './testing/bad-server.ts';

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

type Rows = readonly unknown[][];
const rows = (data: Rows): string =>
  httpText(compactJson(['a', 'b', 'c'].slice(0, data[0]?.length), [...data]));
const refused = (code: number, text: string): string =>
  httpText(`Code: ${code}. DB::Exception: ${text} (ACCESS_DENIED) (version 25.8.1.1)`, {
    status: '403 Forbidden',
  });

type Answers = readonly (readonly [part: string, answer: string])[];

/** A recorded ClickHouse 25.8: `answers` by a part of the statement, the first that fits. */
async function startServer(answers: Answers): Promise<{ host: string; port: number }> {
  const server = await startBadServer((socket, request) => {
    const found = answers.find(([part]) => request.includes(part));
    socket.write(found?.[1] ?? refused(497, 'm: Not enough privileges.'));
  });
  ending.push(() => server.stop());
  return { host: '127.0.0.1', port: server.port };
}

async function tryServer(answers: Answers, more: object = {}): Promise<ClusterTestData> {
  const address = await startServer(answers);
  return testCluster(ClusterSettings.parse({ name: 'x', username: 'm', ...address, ...more }));
}

const capabilities = (...tables: string[]): readonly [string, string] => [
  "'column' AS kind",
  rows([['version', '', '25.8.1.1'], ...tables.map((table) => ['column', table, 'name'])]),
];
const identity = (clusters: Rows = []): readonly [string, string] => [
  "'server' AS kind",
  rows([['server', ['ch-1', '25.8.1.1', '5']], ...clusters]),
];
const grants = (...lines: string[]): readonly [string, string] => [
  'SHOW GRANTS',
  lines.length === 0 ? httpText(compactJson(['GRANTS'], [])) : rows(lines.map((line) => [line])),
];

test('a user who may read nothing: permission, with the grant', async () => {
  const found = await tryServer([capabilities('one'), grants(), identity()]);
  expect([found.ok, found.layer, found.hint]).toEqual([
    false,
    'permission',
    'Run on the cluster: GRANT SELECT ON system.* TO `m`',
  ]);
  expect(found.message).toMatch(/"m" may not read system\.metrics, system\.events/);
  const parts = found.capabilities.find(({ name }) => name === 'Read system.parts');
  expect(parts).toMatchObject({ ok: false, grant: 'GRANT SELECT ON system.`parts` TO `m`' });
});

test('a user from whom tables are hidden', async () => {
  const system = grants('GRANT SELECT ON system.* TO m');
  const vital = capabilities('metrics', 'events', 'asynchronous_metrics', 'tables');
  const check = async (visible: string, attached: string, ok: boolean) => {
    const sight = rows([
      ['visible', visible],
      ['attached', attached],
    ]);
    const found = await tryServer([vital, system, identity(), ["'visible' AS name", sight]]);
    expect(found.ok).toBe(true);
    expect(found.capabilities.find(({ name }) => name === 'See all tables')).toEqual({
      name: 'See all tables',
      ok,
      detail: `The user sees ${visible} of ${attached} tables.`,
      ...(ok
        ? {}
        : {
            grant:
              'GRANT SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.* TO `m`',
          }),
    });
  };
  await check('112', '141', false);
  await check('141', '141', true);
});

test('rights are asked of every node, and named by the node that lacks them', async () => {
  const vital = capabilities('metrics', 'events', 'asynchronous_metrics', 'parts');
  const everything = grants('GRANT ALL ON *.* TO m');
  const first = await startServer([vital, everything, identity()]);
  const like = await startServer([vital, everything, identity()]);
  const dark = await startServer([
    capabilities('metrics', 'events', 'asynchronous_metrics'),
    grants('GRANT SELECT ON *.* TO m', 'REVOKE SELECT ON system.parts FROM m'),
    identity(),
    ['SELECT * FROM system.`parts`', refused(497, 'm: Not enough privileges.')],
    ['SELECT * FROM system.', rows([['x']])],
    [
      "'visible' AS name",
      rows([
        ['visible', '5'],
        ['attached', '10'],
      ]),
    ],
  ]);
  const shut = await startServer([identity()]);
  const settings = { name: 'x', username: 'm', ...first };
  const check = async (nodes: (typeof first)[], expected: unknown[]) => {
    const found = await testCluster(ClusterSettings.parse({ ...settings, nodes }));
    expect(found.ok).toBe(true);
    const failing = found.capabilities.filter(({ ok }) => !ok);
    expect(failing.map(({ name, node, grant }) => [name, node, grant])).toEqual(expected);
    expect(found.hint?.includes(`on 127.0.0.1:${nodes.at(-1)?.port}`) ?? false).toBe(
      expected.length > 0,
    );
  };
  const nodeOf = ({ port }: typeof first) => `127.0.0.1:${port}`;
  await check([first, like], []);
  await check(
    [first, like, dark],
    [
      ['Read system.parts', nodeOf(dark), 'GRANT SELECT ON system.`parts` TO `m`'],
      [
        'See all tables',
        nodeOf(dark),
        'GRANT SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.* TO `m`',
      ],
    ],
  );
  await check([first, shut], [['Connect', nodeOf(shut), 'GRANT SELECT ON system.* TO `m`']]);
  const broken = await startServer([identity(), ['', httpText('', { status: '502 Bad Gateway' })]]);
  await check([first, broken], [['Connect', nodeOf(broken), undefined]]);
});

test('members that are said to be elsewhere are tried, and their failure is told', async () => {
  const row = (replica: string, host: string, local: string) => [
    'cluster',
    ['main', '1', replica, host, '127.0.0.1', '9000', local],
  ];
  const everything = grants('GRANT ALL ON *.* TO m');
  const known = [row('1', 'ch-1', '1'), row('2', 'ch-2.invalid', '0')];
  const found = await tryServer([capabilities('clusters'), everything, identity(known)]);
  expect(found.topology).toEqual({ cluster: 'main', shards: 1, replicas: 2, keeperNodes: 0 });
  expect(found.nodes.map(({ host, replica, online }) => [host, replica, online])).toEqual([
    ['127.0.0.1', 1, true],
    ['ch-2.invalid', 2, false],
  ]);
  expect(found.message).toMatch(/1 of 2 answer/);
  expect(found.hint).toMatch(/ch-2\.invalid cannot be resolved.*map it to an address/);
});

test('what a hostile server names as its neighbours is a node that does not answer', async () => {
  const row = (replica: string, host: string, local: string) => [
    'cluster',
    ['main', '1', replica, host, host, '9000', local],
  ];
  const everything = grants('GRANT ALL ON *.* TO m');
  for (const host of ['http://evil/x', "a'; DROP TABLE x; --", ' ', '../..', '[::1']) {
    const known = [row('1', 'ch-1', '1'), row('2', host, '0')];
    const found = await tryServer([capabilities('clusters'), everything, identity(known)]);
    expect([found.ok, found.nodes[0]?.online]).toEqual([true, true]);
    expect(found.nodes.slice(1).every(({ online }) => !online)).toBe(true);
  }
});

test('whoever is asked stops when the caller gives up', async () => {
  const server = await startBadServer(() => {});
  ending.push(() => server.stop());
  const settings = ClusterSettings.parse({ name: 'x', host: '127.0.0.1', port: server.port });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('gone')), 50);
  await expect(testCluster(settings, { signal: stop.signal })).rejects.toThrow('gone');
});
