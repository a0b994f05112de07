import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, finding, startTestAlerts, type TestAlerts } from './testing/test-alerts.ts';

let server: Server;
const got: string[] = [];
let status: number[] = [];
let url: string;
let running: TestAlerts | undefined;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeEach(async () => {
  got.length = 0;
  status = [];
  const mine = createServer(async (request, response) => {
    const body = await bodyOf(request);
    // What a test before this one had under way is not ours.
    if (server === mine) got.push(body);
    response.writeHead(status.shift() ?? 200).end('ok');
  });
  server = mine;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  server.closeAllConnections();
  server.close();
});

async function start(env: Record<string, string> = {}, dataDir?: string) {
  running = await startTestAlerts(env, dataDir);
  await running.alerts.start('https://castellan.example.com/base/');
  return running;
}

/** What Slack was told, one headline for each message. */
const headlines = () => got.map((body) => JSON.parse(body).blocks[0].text.text as string);

test('a finding → firing → Slack → acknowledged → resolved', async () => {
  const { observe, clock, call } = await start({ SLACK_WEBHOOK_URL: `${url}/services/x` });
  const lag = finding('replica-lag');
  await observe([lag]);
  expect((await call('GET', '/alerts')).data.alerts).toMatchObject([{ state: 'pending' }]);
  clock.nowMs += 15_000;
  await observe([lag]);
  await eventually(headlines, (lines) => lines.length === 1);
  expect(headlines()).toEqual(['Firing: Title of replica-lag: ch-1:8123 in shop']);
  const [alert] = (await call('GET', '/alerts?state=firing')).data.alerts;
  expect(got[0]).toContain(`https://castellan.example.com/base/alerts/${alert.id}`);
  expect(alert).toMatchObject({
    cause: 'replica-lag',
    severity: 'warning',
    cluster: { id: 'c', name: 'shop' },
    findings: [{ check: 'replica-lag', message: 'message of replica-lag' }],
    lastNotifiedAt: '2026-03-01T12:00:15.000Z',
  });

  // Opening the link, or asking for it, acknowledges nothing.
  expect((await call('GET', `/alerts/${alert.id}`)).data.alert.acknowledged).toBeUndefined();
  expect((await call('GET', `/alerts/${alert.id}/ack`)).status).toBe(404);
  const acked = await call('POST', `/alerts/${alert.id}/ack`, { by: 'ann', note: 'on it' });
  expect(acked.data.alert.acknowledged).toMatchObject({ by: 'ann', note: 'on it' });
  clock.nowMs += 86_400_000;
  await observe([lag]);
  clock.nowMs += 1_000;
  await observe([]);
  await eventually(headlines, (lines) => lines.length === 2);
  expect(headlines()[1]).toBe('Resolved: Title of replica-lag: ch-1:8123 in shop');
  expect((await call('GET', '/alerts')).data.alerts).toEqual([]);
  const history = await call('GET', '/alerts?state=all&q=MESSAGE%20lag&cluster=c');
  expect(history.data.alerts).toMatchObject([{ id: alert.id, state: 'resolved' }]);
  expect((await call('GET', '/alerts?state=all&q=other')).data.alerts).toEqual([]);
  const log = await eventually(
    async () => (await call('GET', `/deliveries?alert=${alert.id}`)).data.deliveries,
    (deliveries) => deliveries.every((each: { state: string }) => each.state === 'sent'),
  );
  expect(log).toMatchObject([
    { kind: 'resolved', channel: 'slack-environment', attempts: 1 },
    { kind: 'firing', state: 'sent', error: null },
  ]);
});

test('what was not sent before a restart is sent after it, and alerts go on', async () => {
  status = Array.from({ length: 100 }, () => 503);
  const env = { SLACK_WEBHOOK_URL: url };
  const first = await start(env);
  await first.observe([finding('disk-full')]);
  first.clock.nowMs += 15_000;
  await first.observe([finding('disk-full')]);
  await eventually(
    () => got.length,
    (count) => count > 0,
  );
  const waiting = await eventually(
    async () => (await first.call('GET', '/deliveries')).data.deliveries[0],
    (delivery) => delivery.attempts > 0,
  );
  expect(waiting).toMatchObject({ state: 'waiting', error: expect.stringMatching(/answered 503/) });
  await first.stop(true);
  got.length = 0;
  status = [];

  const second = await start(env, first.dataDir);
  second.clock.nowMs += 60_000;
  await eventually(headlines, (lines) => lines.length === 1);
  await second.observe([finding('disk-full')]);
  await second.observe([]);
  await eventually(headlines, (lines) => lines.length === 2);
  expect(headlines().map((line) => line.split(':')[0])).toEqual(['Firing', 'Resolved']);
});

test('channels: secrets stay in, the test button tells what is wrong', async () => {
  const { call, state } = await start();
  const body = {
    kind: 'webhook',
    name: 'hook',
    url: `${url}/secret-path`,
    signingKey: 'x'.repeat(20),
  };
  const made = await call('POST', '/channels', { ...body, headers: { 'X-Key': 'secret-header' } });
  expect([made.status, made.data.channel]).toMatchObject([
    201,
    { kind: 'webhook', headers: ['X-Key'], signed: true, lastDelivery: null, problem: null },
  ]);
  const { id } = made.data.channel;
  expect(JSON.stringify(await call('GET', '/channels'))).not.toMatch(/secret-|xxxx/);
  const stored = await state.selectFrom('secret').selectAll().execute();
  const rows = await state.selectFrom('alert_channel').selectAll().execute();
  expect(JSON.stringify([stored, rows])).not.toMatch(/secret-|xxxx/);
  expect((await call('POST', `/channels/${id}/test`)).data).toMatchObject({ ok: true });
  expect(JSON.parse(got[0]!)).toMatchObject({ kind: 'test' });
  status = [410];
  expect((await call('POST', `/channels/${id}/test`)).data).toMatchObject({
    ok: false,
    message: expect.stringMatching(/answered 410 Gone/),
  });
  expect((await call('GET', '/channels')).data.channels[0].lastDelivery).toMatchObject({
    state: 'failed',
  });

  const change = (more: object) =>
    call('PUT', `/channels/${id}`, { kind: 'webhook', name: 'n', ...more });
  expect((await change({})).data.channel).toMatchObject({
    name: 'n',
    headers: ['X-Key'],
    signed: true,
  });
  expect((await change({ signingKey: null })).data.channel.signed).toBe(false);
  expect((await change({ url: 'https://elsewhere.example' })).error.message).toMatch(
    /^body\.headers: enter it again/,
  );
  expect((await change({ template: '{{x}}' })).error.message).toMatch(
    /^body\.template: \{\{x\}\} leads/,
  );
  expect((await call('PUT', `/channels/${id}`, { kind: 'slack', name: 'n' })).status).toBe(400);
  expect((await call('DELETE', `/channels/${id}`)).status).toBe(200);
  expect(await state.selectFrom('secret').selectAll().execute()).toEqual([]);
  expect((await call('POST', `/channels/${id}/test`)).status).toBe(404);
});

test('channels: only what their severity and the rule ask for', async () => {
  const { observe, clock, call } = await start();
  const add = async (name: string, more: object) =>
    (await call('POST', '/channels', { kind: 'webhook', name, url: `${url}/${name}`, ...more }))
      .data.channel.id as string;
  const all = await add('all', {});
  await add('critical', { minSeverity: 'critical' });
  await add('off', { enabled: false });
  const step = async (findings: ReturnType<typeof finding>[]) => {
    clock.nowMs += 15_000;
    await observe(findings);
  };
  const two = [finding('disk-full', { severity: 'critical', outcome: 'critical' }), finding('lag')];
  await step(two);
  await step(two);
  const log = async () =>
    (await call('GET', '/deliveries')).data.deliveries
      .map((each: { channelName: string; title: string }) => `${each.channelName} ${each.title}`)
      .sort();
  const title = (id: string) => `Title of ${id}: ch-1:8123 in shop`;
  expect(await log()).toEqual([
    `all ${title('disk-full')}`,
    `all ${title('lag')}`,
    `critical ${title('disk-full')}`,
  ]);
  const rule = (await call('GET', '/rules/findings')).data.rule;
  const {
    id: _,
    origin: __,
    createdAt: ___,
    updatedAt: ____,
    lastEvaluatedAt: _____,
    problem: ______,
    ...body
  } = rule;
  expect(
    (await call('PUT', '/rules/findings', { ...body, channels: ['none'] })).error.message,
  ).toMatch(/^body\.channels: there is no channel none/);
  expect((await call('PUT', '/rules/findings', { ...body, channels: [all] })).status).toBe(200);
});

test('silences and maintenance windows', async () => {
  const { observe, clock, call } = await start({ SLACK_WEBHOOK_URL: url });
  const silence = (body: object) => call('POST', '/silences', { match: { check: 'lag' }, ...body });
  const check = async (body: object, expected: RegExp) =>
    expect((await silence(body)).error?.message ?? 'made').toMatch(expected);
  await check({}, /either endsAt or duration/);
  await check({ duration: 'soon' }, /^body\.duration: "soon" is not a duration/);
  await check({ endsAt: '2026-03-01T11:00:00Z' }, /over before it begins/);
  await check({ duration: '400d' }, /at most 366 days/);
  await check({ duration: '1h', match: {} }, /say what it fits/);
  const { id, startsAt } = (await silence({ duration: '1h', comment: 'known' })).data.silence;
  const change = (body: object) =>
    call('PUT', `/silences/${id}`, { match: { check: 'lag' }, ...body });
  expect((await change({ endsAt: '2026-03-01T11:00:00Z' })).error.message).toMatch(/over before/);
  clock.nowMs += 600_000;
  expect((await change({ duration: '1h', comment: 'longer' })).data.silence).toMatchObject({
    id,
    startsAt,
    endsAt: new Date(clock.nowMs + 3_600_000).toISOString(),
    comment: 'longer',
  });
  expect(
    (await call('PUT', '/silences/none', { match: { check: 'lag' }, duration: '1h' })).status,
  ).toBe(404);
  for (let i = 0; i < 3; i++) {
    clock.nowMs += 15_000;
    await observe([finding('lag')]);
  }
  expect((await call('GET', '/alerts')).data.alerts).toMatchObject([
    { state: 'firing', silencedBy: id },
  ]);
  expect((await call('GET', '/deliveries')).data.deliveries).toEqual([]);
  await call('DELETE', `/silences/${id}`);
  await eventually(headlines, (lines) => lines.length === 1);
  expect((await call('GET', '/silences')).data.silences).toMatchObject([{ state: 'over' }]);
  expect((await change({ duration: '1h' })).error.message).toBe('the silence is over');

  const plan = (body: object) =>
    call('POST', '/maintenance', { name: 'w', match: { cluster: 'shop' }, ...body });
  const refused = async (body: object, expected: RegExp) =>
    expect((await plan(body)).error?.message ?? 'made').toMatch(expected);
  await refused({}, /either startsAt and endsAt, or schedule/);
  await refused(
    { schedule: '0 2 * *', durationMs: 3_600_000 },
    /^body\.schedule: .* no cron expression/,
  );
  await refused({ schedule: '0 0 30 2 *', durationMs: 3_600_000 }, /never comes/);
  await refused(
    { schedule: '0 2 * * *', durationMs: 3_600_000, timeZone: 'Mars/1' },
    /no time zone/,
  );
  const window = await plan({ schedule: '0 12 * * *', durationMs: 3_600_000 });
  expect(window.data.window).toMatchObject({
    current: { from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T13:00:00.000Z' },
    next: { from: '2026-03-02T12:00:00.000Z' },
  });
  await observe([finding('lag')]);
  expect((await call('GET', '/alerts')).data.alerts[0].silencedBy).toBe(window.data.window.id);
});

test('a cluster that is removed takes its alerts along', async () => {
  const { observe, clock, call, data } = await start({ SLACK_WEBHOOK_URL: url });
  for (let i = 0; i < 2; i++) {
    await observe([finding('lag')]);
    clock.nowMs += 15_000;
  }
  await eventually(headlines, (lines) => lines.length === 1);
  data.clusters = async () => [];
  await eventually(headlines, (lines) => lines.length === 2);
  expect((await call('GET', '/alerts?state=resolved')).data.alerts).toMatchObject([
    { resolution: 'the cluster was removed' },
  ]);
});
