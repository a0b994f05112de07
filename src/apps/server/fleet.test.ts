import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await openTestServer({ MONITOR_CLUSTERS: '2', MONITOR_TIMEOUT: '2s' });
});
afterEach(() => server.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

async function call(method: Method, url: string, body?: unknown) {
  const response = await server.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: {
      host: 'localhost',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: response.statusCode, ...response.json() };
}

/** Nothing listens there. */
const dead = { name: 'dead', host: '127.0.0.1', port: 1, username: 'u', password: 'hidden-word' };

test('a cluster is added, changed, paused and removed; its password is never told', async () => {
  const added = await call('POST', '/clusters', dead);
  expect([added.status, added.data]).toMatchObject([
    201,
    { name: 'dead', origin: 'api', status: expect.stringMatching(/pending|offline/) },
  ]);
  const { id } = added.data;
  await expect.poll(async () => (await call('GET', `/clusters/${id}`)).data.status).toBe('offline');
  const shown = await call('GET', `/clusters/${id}`);
  expect(shown.data.nodes).toMatchObject([
    { id: '127.0.0.1:1', online: false, problem: expect.stringMatching(/ECONNREFUSED/) },
  ]);
  const changed = await call('PUT', `/clusters/${id}`, { name: 'renamed', labels: { team: 'a' } });
  expect(changed.data).toMatchObject({ name: 'renamed', username: 'u', labels: { team: 'a' } });
  const paused = await call('PATCH', `/clusters/${id}`, { paused: true });
  expect(paused.data).toMatchObject({ paused: true, status: 'paused', name: 'renamed' });
  expect((await call('POST', `/clusters/${id}/collect`)).error).toMatchObject({
    code: 'conflict',
    message: 'the cluster is paused',
  });
  const rows = await server.state.selectFrom('cluster').selectAll().execute();
  const everything = JSON.stringify([await call('GET', '/clusters'), rows, server.log.lines]);
  expect(everything).not.toContain('hidden-word');
  expect((await call('DELETE', `/clusters/${id}`)).data).toEqual({ id });
  expect((await call('GET', '/clusters')).data).toEqual({ clusters: [] });
  expect(await server.state.selectFrom('secret').selectAll().execute()).toEqual([]);
});

test('what a form emptied is as if it had never been said', async () => {
  const node = { host: '127.0.0.1', port: 1 };
  const said = { nodes: [node], keepers: [node], addresses: [{ from: 'a', to: node }] };
  const { data } = await call('POST', '/clusters', { ...dead, ...said, tls: { serverName: 'ch' } });
  expect(data).toMatchObject({ namedNodes: [node], keepers: [node], tls: { serverName: 'ch' } });
  const empty = { nodes: [], keepers: [], addresses: [], tls: {} };
  const changed = await call('PATCH', `/clusters/${data.id}`, empty);
  const absent = { namedNodes: null, keepers: [], addresses: [], tls: null };
  expect(changed.data).toMatchObject(absent);
  expect((await call('POST', '/clusters', { ...dead, ...empty, name: 'b' })).data).toMatchObject(
    absent,
  );
});

test('what pages ask of a node and a table', async () => {
  const { id } = (await call('POST', '/clusters', dead)).data;
  await expect.poll(async () => (await call('GET', `/clusters/${id}`)).data.status).toBe('offline');
  const at = `/clusters/${id}`;
  expect((await call('GET', `${at}/nodes/127.0.0.1:1`)).data).toMatchObject({
    node: { online: false },
    startedAt: null,
    lastSeenAt: null,
  });
  // A node that does not answer is asked nothing; the panel says so.
  const panel = await call('GET', `${at}/nodes/127.0.0.1:1/panels/merges`);
  expect(panel.data).toMatchObject({
    none: { healthy: true },
    nodes: [{ rows: [], gap: { reason: 'error', detail: expect.stringMatching(/ECONNREFUSED/) } }],
  });
  const size = await call('GET', `${at}/table/size?database=d&table=t`);
  expect(size.data).toMatchObject({ series: [], gap: { reason: 'failed' } });
  const check = async (url: string, status: number, message: RegExp) => {
    const answer = await call('GET', url);
    expect([answer.status, answer.error?.message]).toEqual([
      status,
      expect.stringMatching(message),
    ]);
  };
  await check(`${at}/nodes/none`, 404, /no node none in this cluster/);
  await check(`${at}/nodes/none/panels/merges`, 404, /no node none in this cluster/);
  await check(`${at}/nodes/127.0.0.1:1/panels/none`, 400, /params\.panel/);
  await check(`${at}/table/panels/columns?database=d`, 400, /querystring\.table/);
  await check(`${at}/table/panels/columns?database=d&table=t&node=x`, 404, /no node x/);
  await check(`${at}/table/size?database=d&table=t&from=later`, 400, /from: "later" is not a time/);
});

test('what cannot be is refused, with what to do', async () => {
  const { id } = (await call('POST', '/clusters', dead)).data;
  const check = async (
    method: Method,
    url: string,
    body: unknown,
    status: number,
    message: RegExp,
  ) => {
    const answer = await call(method, url, body);
    expect([answer.status, answer.error?.message]).toEqual([
      status,
      expect.stringMatching(message),
    ]);
  };
  const other = { ...dead, name: 'other' };
  await check('POST', '/clusters', dead, 409, /a cluster named "dead" already/);
  await check('POST', '/clusters', { ...other, port: 0 }, 400, /body\.port/);
  await check('POST', '/clusters', { ...other, port: undefined }, 400, /body\.port/);
  await check('POST', '/clusters', { ...other, name: ' ' }, 400, /body\.name/);
  for (const host of ['http://db1', 'db1:8123', '[::1]', 'a/b', 'a b', ''])
    await check('POST', '/clusters/test', { ...other, host }, 400, /body\.host/);
  await check(
    'POST',
    '/clusters',
    { ...other, nodes: [{ host: 'a' }] },
    400,
    /body\.nodes\.0\.port/,
  );
  await check('GET', '/clusters/none', undefined, 404, /there is no cluster none/);
  await check('PUT', '/clusters/none', {}, 404, /there is no cluster none/);
  await check(
    'GET',
    `/clusters/${id}/findings?outcome=bad`,
    undefined,
    400,
    /querystring\.outcome/,
  );
  await check('GET', `/clusters/${id}/findings/none`, undefined, 404, /no finding none/);
  await check('GET', `/clusters/${id}/readings/none`, undefined, 404, /no reading "none"/);
  await check('GET', `/clusters/${id}/series?metric=Query`, undefined, 400, /expected gauge:NAME/);
  await check('GET', `/clusters/${id}/series?metric=gauge:Query`, undefined, 503, /cannot be read/);
  await check(
    'GET',
    `/clusters/${id}/score?from=later`,
    undefined,
    400,
    /from: "later" is not a time/,
  );
  await check('DELETE', `/clusters/${id}/marks/none`, undefined, 404, /there is no mark none/);
  await check('POST', `/clusters/${id}/marks`, { check: 'x', subject: {} }, 400, /body\.kind/);
  await call('POST', '/clusters', other);
  await check('POST', '/clusters', { ...dead, name: 'third' }, 422, /there are 2 clusters already/);
  await check('PUT', `/clusters/${id}`, { name: 'other' }, 409, /a cluster named "other" already/);
});

test('a cluster that cannot be reached is an answer, by its layer', async () => {
  const check = async (settings: object, layer: string) => {
    const { status, data } = await call('POST', '/clusters/test', { ...dead, ...settings });
    expect([status, data.ok, data.layer]).toEqual([200, false, layer]);
    expect(data.message).not.toBe('');
  };
  await check({}, 'tcp');
  await check({ host: 'no-such-host.invalid' }, 'dns');
  const { data } = await call('POST', '/clusters', dead);
  const again = { id: data.id, host: dead.host, port: dead.port };
  expect((await call('POST', '/clusters/test', again)).data.layer).toBe('tcp');
});

test('the grants, the catalogue and the probe', async () => {
  const grants = await call('GET', '/clusters/grants?username=o%27brien');
  expect(grants.data.sql).toContain("`o'brien`");
  expect((await call('GET', '/checks')).data.checks.length).toBeGreaterThan(20);
  const { id } = (await call('POST', '/clusters', dead)).data;
  await expect.poll(async () => (await call('GET', `/clusters/${id}`)).data.status).toBe('offline');
  const probe = await call('GET', `/clusters/${id}/probe`);
  expect([probe.status, probe.data]).toMatchObject([503, { status: 'offline', score: null }]);
  const outcomes = await call('GET', `/clusters/${id}/outcomes`);
  expect(outcomes.status).toBe(200);
  expect((await call('POST', '/secrets/rotate')).data).toEqual({ sealed: 1 });
});
