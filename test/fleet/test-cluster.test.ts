import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  connectNode,
  type Discovery,
  discoverNodes,
  nodeTarget,
  probeNodeCapabilities,
  testCluster,
} from '../../src/adapters/clickhouse/fleet/index.ts';
import { ClusterSettings, type FleetNode } from '../../src/model/fleet/cluster.ts';
import { ClusterTestData } from '../../src/model/fleet/fleet-api.ts';
import { blindPassword, monitorPassword, viewerPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

/** Adding a cluster, up to the point where it would be saved. */
let pair: ClickHousePair;
beforeAll(async () => {
  pair = await startClickHousePair();
});
afterAll(() => pair?.stop());

const limits = { connectMs: 2_000, responseMs: 2_000, totalMs: 10_000 };
const tryIt = async (more: object): Promise<ClusterTestData> => {
  const [{ host, httpPort }] = pair.servers;
  const settings = ClusterSettings.parse({ name: 'pair', host, port: httpPort, ...more });
  return ClusterTestData.parse(await testCluster(settings, { limits }));
};
const places = ({ nodes }: ClusterTestData): string[] =>
  nodes.map((node) => `${node.port} ${node.shard}/${node.replica} ${node.online}`);
const httpPorts = (): [number, number] => [pair.servers[0].httpPort, pair.servers[1].httpPort];

test('nodes, topology and capabilities, for each kind of user', async () => {
  const [a, b] = httpPorts();
  const nodes = [a, b].map((port) => ({ host: '127.0.0.1', port }));
  const keepers = [{ host: '127.0.0.1', port: pair.zookeeper.port }];
  const users = [
    {},
    { username: 'monitor', password: monitorPassword },
    { username: 'viewer', password: viewerPassword },
    { username: 'blind', password: blindPassword },
  ];
  for (const user of users) {
    const found = await tryIt({ ...user, nodes, keepers });
    expect(found.ok, found.message).toBe(true);
    expect(found.version).toMatch(/^18\.16\./);
    expect(places(found)).toEqual([`${a} 1/1 true`, `${b} 1/2 true`]);
    expect(found.topology).toEqual({ cluster: 'pair', shards: 1, replicas: 2, keeperNodes: 1 });
    const failing = found.capabilities.filter(({ ok }) => !ok);
    expect(failing).toEqual([]);
    const names = found.capabilities.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['Connect', 'Read system.processes', 'See all tables']),
    );
    expect(names).toContain(`Keeper 127.0.0.1:${pair.zookeeper.port}`);
  }
});

test('nodes are found without naming them', async () => {
  const [a, b] = httpPorts();
  const both = [`${a} 1/1 true`, `${b} 1/2 true`];
  expect(places(await tryIt({}))).toEqual(both);
  expect(places(await tryIt({ port: b }))).toEqual([`${a} 1/1 true`, `${b} 1/2 true`]);
  const mapped = { from: 'localhost', to: { host: '127.0.0.1', port: b } };
  expect(places(await tryIt({ addresses: [mapped] }))).toEqual(both);
  const astray = { from: 'localhost', to: { host: '127.0.0.1', port: 1 } };
  const lost = await tryIt({ addresses: [astray] });
  expect(places(lost)).toEqual([`${a} 1/1 true`, '1 1/2 false']);
  expect([lost.ok, lost.message]).toEqual([true, expect.stringContaining('1 of 2 answer')]);
  expect(lost.hint).toMatch(/ECONNREFUSED.*map it to an address or name the nodes/);
});

test('the layer that failed, and what to do', async () => {
  const check = async (more: object, layer: string, message: RegExp) => {
    const found = await tryIt(more);
    expect([found.ok, found.layer, found.message, found.topology]).toEqual([
      false,
      layer,
      expect.stringMatching(message),
      null,
    ]);
    expect(found.nodes.map(({ online, problem }) => [online, problem])).toEqual([
      [false, found.message],
    ]);
    expect(found.hint).toBeTruthy();
  };
  await check({ host: 'no-such-host.invalid' }, 'dns', /no-such-host\.invalid cannot be resolved/);
  await check({ port: 1 }, 'tcp', /ECONNREFUSED/);
  await check({ secure: true }, 'tls', /wrong version number|the TLS handshake/);
  await check({ port: pair.servers[0].nativePort }, 'protocol', /native port/);
  await check({ port: pair.servers[0].interserverPort }, 'authentication', /HTTP 401/);
  await check({ port: pair.zookeeper.port }, 'tcp', /without an answer/);
  await check({ username: 'nobody' }, 'authentication', /no such user/);
  await check({ username: 'monitor' }, 'authentication', /the user needs a password/);
  await check({ username: 'monitor', password: 'x' }, 'authentication', /the password is wrong/);
  await check({ username: 'a`b" \u00fc', password: 'x\ny' }, 'authentication', /no such user/);
});

test('Keeper that is away, or is none, fails its own line alone', async () => {
  const [{ httpPort }] = pair.servers;
  const keepers = [
    { host: '127.0.0.1', port: 1 },
    { host: '127.0.0.1', port: httpPort },
  ];
  const found = await tryIt({ keepers });
  expect(found.ok).toBe(true);
  const lines = found.capabilities.filter(({ name }) => name.startsWith('Keeper'));
  expect(lines.map(({ ok, detail }) => [ok, detail])).toEqual([
    [false, expect.stringMatching(/ECONNREFUSED/)],
    [false, expect.stringMatching(/no answer|as Keeper does|did not answer|closed/)],
  ]);
});

test('a server that hangs: the test ends, and says so', async () => {
  const [first, second] = pair.servers;
  await second.hang();
  const partly = await tryIt({
    nodes: pair.servers.map(({ httpPort }) => ({ host: '127.0.0.1', port: httpPort })),
  });
  expect([partly.ok, places(partly)]).toEqual([
    true,
    [`${first.httpPort} 1/1 true`, `${second.httpPort} undefined/undefined false`],
  ]);
  second.resume();
  await first.hang();
  expect(await tryIt({})).toMatchObject({ ok: false, layer: 'timeout' });
  first.resume();
});

test('a guessed node that goes down stays in the list, whoever is asked', async () => {
  const [first, second] = pair.servers;
  const settings = ClusterSettings.parse({ name: 'pair', host: first.host, port: first.httpPort });
  const find = async (port: number, known?: readonly FleetNode[]) => {
    const client = connectNode(nodeTarget(settings, { host: first.host, port }), { limits });
    try {
      const capabilities = await probeNodeCapabilities(client, []);
      const options = known === undefined ? {} : { known };
      return await discoverNodes(settings, client, capabilities, options);
    } finally {
      await client.close();
    }
  };
  const shown = ({ nodes }: Discovery) =>
    nodes.map((node) => [node.port, node.replica, node.online]);
  const [a, b] = httpPorts();
  const { nodes } = await find(a);
  expect(shown(await find(b, nodes))).toEqual([
    [a, 1, true],
    [b, 2, true],
  ]);
  await second.kill();
  expect(shown(await find(a, nodes))).toEqual([
    [a, 1, true],
    [b, 2, false],
  ]);
  await second.start();
  await first.kill();
  expect(shown(await find(b, nodes))).toEqual([
    [a, 1, false],
    [b, 2, true],
  ]);
  await first.start();
});

test('a replica that is down where its HTTP port could only be guessed', async () => {
  const [first, second] = pair.servers;
  await second.kill();
  const found = await tryIt({});
  expect(places(found)).toEqual([`${first.httpPort} 1/1 true`]);
  expect(found.message).toMatch(/1 cannot be addressed/);
  expect(found.hint).toMatch(/name all nodes with their HTTP ports/);
  await second.start();
});
