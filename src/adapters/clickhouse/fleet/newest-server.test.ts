import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseVitals, vitalsStatement, wantedTables } from '../../../core/health/index.ts';
import { ClusterSettings } from '../../../model/fleet/cluster.ts';
import { startTestEngine, type TestEngine } from '../testing/test-engine.ts';
import { connectNode, type NodeClient } from './node-client.ts';
import { probeNodeCapabilities } from './probe-capabilities.ts';
import { testCluster } from './test-cluster.ts';

/** The same client at the other end of the supported versions: ClickHouse 26.7 over HTTP. */
let engine: TestEngine;
let client: NodeClient;
beforeAll(async () => {
  engine = await startTestEngine();
  client = connectNode(target());
});
afterAll(async () => {
  await client?.close();
  await engine?.stop();
});

const target = () => {
  const { url, username, password } = engine.engine.connection;
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), username, password, secure: false };
};

test('rows, and what they cost the server', async () => {
  const { rows, cost } = await client.run(
    'SELECT number FROM numbers(1000) ORDER BY number LIMIT 2',
  );
  expect(rows).toEqual([[0], [1]]);
  expect(cost?.readRows).toBeGreaterThan(0);
  expect(cost?.readBytes).toBeGreaterThan(0);
});

test("the server's own error, by its code", async () => {
  await expect(client.run('SELECT nothing')).rejects.toMatchObject({ layer: 'http', code: 47 });
  await expect(client.run('SELECT 1 FROM system.users')).rejects.toMatchObject({
    layer: 'permission',
    code: 497,
    hint: expect.stringContaining('GRANT SHOW USERS'),
  });
  const stranger = connectNode({ ...target(), password: 'x' });
  await expect(stranger.run('SELECT 1')).rejects.toMatchObject({ layer: 'authentication' });
  await stranger.close();
});

test('vitals are exact to the millisecond', async () => {
  const capabilities = await probeNodeCapabilities(client, wantedTables);
  expect(capabilities.tables.get('parts')?.has('partition')).toBe(true);
  const sentMs = Date.now();
  const { rows } = await client.run(vitalsStatement(capabilities));
  const sample = parseVitals(rows, { sentMs, receivedMs: Date.now() });
  expect(sample?.gauges.size).toBeGreaterThan(100);
  expect(Math.abs(sample?.clock?.skewMs ?? Number.NaN)).toBeLessThan(2_000);
});

test('a test of the connection names the rights that are missing', async () => {
  const found = await testCluster(ClusterSettings.parse({ name: 'x', ...target() }));
  expect([found.ok, found.version]).toEqual([true, expect.stringMatching(/^2\d\./)]);
  const lacking = found.capabilities
    .filter(({ ok }) => !ok)
    .map(({ name, grant }) => [name, grant]);
  expect(lacking).toContainEqual(['Read system.users', 'GRANT SHOW USERS ON *.* TO `castellan`']);
  expect(lacking.map(([name]) => name)).not.toContain('See all tables');
});
