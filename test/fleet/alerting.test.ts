import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../src/model/alert/alert-api.ts';
import type { DryRunData, Rule } from '../../src/model/alert/rule-api.ts';
import type { ClusterData } from '../../src/model/fleet/fleet-api.ts';
import {
  type Castellan,
  eventually,
  freePorts,
  type Ports,
  startCastellan,
} from '../peers/castellan.ts';
import { monitorPassword } from '../peers/clickhouse-config.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';
import { type SlackLike, startSlackLike } from './slack-like.ts';
import { ask, times } from './watching.ts';

/** Alerts from a fault on a real pair to the message in Slack, and from rules over all there is. */
let pair: ClickHousePair;
let slack: SlackLike;
let castellan: Castellan;
let ports: Ports;
let id: string;
const dataDir = mkdtempSync(join(tmpdir(), 'castellan-alerting-'));
const page = 'https://monitor.example.com/castellan';
const patienceMs = 120_000;
const start = () =>
  startCastellan({
    dataDir,
    ports,
    env: { COLLECTION_INTERVAL: '5', SLACK_WEBHOOK_URL: slack.url, APP_URL: page },
  });

beforeAll(async () => {
  [pair, slack, ports] = await Promise.all([startClickHousePair(), startSlackLike(), freePorts()]);
  castellan = await start();
  for (const server of pair.servers) {
    await server.query('CREATE DATABASE d');
    await server.query(
      'CREATE TABLE d.orders (at DateTime, price UInt32) ENGINE = MergeTree ORDER BY at',
    );
  }
  const cluster = await castellan.api<ClusterData>('POST', '/clusters', {
    name: 'pair',
    host: pair.servers[0].host,
    port: pair.servers[0].httpPort,
    username: 'monitor',
    password: monitorPassword,
    nodes: pair.servers.map(({ host, httpPort }) => ({ host, port: httpPort })),
    keepers: [{ host: '127.0.0.1', port: pair.zookeeper.port }],
  });
  id = cluster.id;
  // Warnings are true of every pair of the tests, and of a machine that is short of breath.
  await castellan.api('PUT', '/rules/findings', {
    name: 'critical findings',
    source: { kind: 'finding', match: { minSeverity: 'critical' } },
    holdMs: 10_000,
  });
}, 240_000);
afterAll(async () => {
  await castellan?.stop();
  await Promise.all([pair?.stop(), slack?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

const alerts = async (query = '') =>
  (await castellan.api<{ alerts: Alert[] }>('GET', `/alerts${query}`)).alerts;
const alertOf = async (part: Partial<Alert>, query = '?state=all') =>
  (await alerts(query)).find((each) =>
    Object.entries(part).every(([key, value]) => each[key as keyof Alert] === value),
  );
const told = (words: string) => slack.headlines().filter((line) => line.includes(words));
/** Waits for messages about it: these, and no other. */
const untilTold = (words: string, lines: readonly RegExp[]) =>
  eventually(
    () => told(words),
    (all) => all.length >= lines.length,
    patienceMs,
  ).then((all) => expect(all).toEqual(lines.map((line) => expect.stringMatching(line))));

async function restart(end: 'stop' | 'kill'): Promise<void> {
  await castellan[end]();
  castellan = await start();
}

/** Evaluations of all rules and of the cluster that begin after now. */
async function untilEvaluatedAnew(): Promise<void> {
  const nowMs = Date.now();
  const later = (at: string | null) => at !== null && Date.parse(at) > nowMs;
  await eventually(
    async () => {
      const { rules } = await castellan.api<{ rules: Rule[] }>('GET', '/rules');
      const own = rules.filter(({ source, enabled }) => enabled && source.kind !== 'finding');
      const { lastCollectedAt } = await castellan.api<ClusterData>('GET', `/clusters/${id}`);
      return [lastCollectedAt, ...own.map(({ lastEvaluatedAt }) => lastEvaluatedAt)];
    },
    (all) => all.every(later),
    patienceMs,
  );
}

test('a dead replica is one alert and one message, and one when it is back; a restart repeats nothing', async () => {
  const second = pair.servers[1];
  const node = `${second.host}:${second.httpPort}`;
  await eventually(
    () => castellan.api<ClusterData>('GET', `/clusters/${id}`),
    ({ status, coverage }) => status === 'online' && coverage.answered > 20,
    patienceMs,
  );
  await second.kill();
  const firing = new RegExp(`^Firing: .*${node}.* in pair$`);
  const isShard = ({ check }: Alert['findings'][number]) => check === 'shard-without-replica';
  const shard = async () => (await alertOf({ state: 'firing' }, ''))?.findings.some(isShard);
  await eventually(shard, Boolean, patienceMs);
  await untilTold(node, [firing]);
  const [alert, ...others] = await alerts('?state=firing');
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ severity: 'critical', cluster: { id, name: 'pair' } });
  expect(alert!.findings[0]).toMatchObject({ check: 'node-down', subject: { node } });
  const link = `${page}/alerts/${alert!.id}`;
  const { text, blocks } = slack.messages().find((each) => each.text.includes(node))!;
  expect(text).toContain(link);
  expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'context']);
  expect(blocks[2]?.elements?.[0]?.text).toContain(`<${link}|Open in Castellan>`);

  await restart('stop');
  const acknowledged = await castellan.api<{ alert: Alert }>('POST', `/alerts/${alert!.id}/ack`, {
    by: 'ann',
  });
  expect(acknowledged.alert.acknowledged).toMatchObject({ by: 'ann' });
  await restart('kill');
  await untilEvaluatedAnew();
  expect((await alertOf({ id: alert!.id }))?.acknowledged).toMatchObject({ by: 'ann' });
  expect(told(node)).toHaveLength(1);

  await second.start();
  // A node that was down for long is asked once a minute; a person need not wait.
  await castellan.api('POST', `/clusters/${id}/collect`);
  await untilTold(node, [firing, new RegExp(`^Resolved: .*${node}.* in pair$`)]);
  await untilEvaluatedAnew();
  expect(told(node)).toHaveLength(2);
  expect(await alerts()).toEqual([]);
}, 300_000);

const rules = (cluster: string) => ({
  sample: {
    name: 'many at once',
    everyMs: 10_000,
    source: {
      kind: 'sample',
      cluster,
      metric: 'gauge:Query',
      aggregate: 'max',
      windowMs: 20_000,
      bounds: { atLeast: 9 },
    },
  },
  sql: {
    name: 'dear orders',
    everyMs: 10_000,
    source: {
      kind: 'sql',
      cluster,
      sql: 'SELECT count() AS value FROM d.orders WHERE at >= {from} AND at < {to} AND price > 100',
      windowMs: 30_000,
      bounds: { above: 5 },
    },
  },
  search: {
    name: 'errors of the shop',
    everyMs: 10_000,
    source: {
      kind: 'search',
      where: 'ServiceName:shop level:error',
      test: { kind: 'count', bounds: { atLeast: 20 } },
      windowMs: 30_000,
    },
  },
});
const kinds = ['sample', 'sql', 'search'] as const;
type RuleKind = (typeof kinds)[number];
const ids = new Map<RuleKind, string>();

/** Each makes true, once, what its rule looks for; `agoMs`: as if it had been then. */
const makeTrue = {
  /** Queries that run for a while; whoever asked waits for them. */
  async sample(_agoMs = 0) {
    const slow = 'SELECT count() FROM (SELECT sleepEachRow(1) FROM system.numbers LIMIT 12)';
    await times(10, () => ask(pair.servers[0], slow, { max_block_size: '1' }));
  },
  async sql(agoMs = 0) {
    const at = Math.floor((Date.now() - agoMs) / 1_000);
    for (const server of pair.servers)
      await ask(
        server,
        `INSERT INTO d.orders SELECT toDateTime(${at}), 500 FROM (SELECT number FROM system.numbers LIMIT 10)`,
      );
  },
  async search(agoMs = 0) {
    const timeUnixNano = `${Date.now() - agoMs}000000`;
    const record = { timeUnixNano, severityNumber: 17, severityText: 'ERROR' };
    const logRecords = Array.from({ length: 25 }, (_, place) => ({
      ...record,
      body: { stringValue: `payment ${place} failed` },
    }));
    const service = { key: 'service.name', value: { stringValue: 'shop' } };
    const response = await fetch(`${castellan.otlpHttp}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceLogs: [{ resource: { attributes: [service] }, scopeLogs: [{ logRecords }] }],
      }),
    });
    expect(response.status).toBe(200);
  },
} as const;
const nameOf = (kind: RuleKind) => rules(id)[kind].name;

test('rules over samples, SQL and telemetry: tried over what has been, saved, fired, over', async () => {
  const began = new Date(Date.now() - 600_000).toISOString();
  const dryRun = (kind: RuleKind) =>
    castellan.api<DryRunData>('POST', '/rules/dry-run', { rule: rules(id)[kind], from: began });
  for (const kind of kinds) {
    const dry = await dryRun(kind);
    expect([kind, dry.fired, dry.evaluations > 10]).toEqual([kind, 0, true]);
  }
  await Promise.all(kinds.map((kind) => makeTrue[kind](300_000)));
  for (const kind of kinds) {
    const dry = await eventually(
      () => dryRun(kind),
      ({ fired }) => fired > 0,
      patienceMs,
    );
    expect([kind, dry.fired, dry.complete]).toEqual([kind, 1, true]);
  }
  expect(await alerts()).toEqual([]);

  for (const kind of kinds) {
    const { rule } = await castellan.api<{ rule: Rule }>('POST', '/rules', rules(id)[kind]);
    ids.set(kind, rule.id);
  }
  await Promise.all(kinds.map((kind) => makeTrue[kind]()));
  for (const kind of kinds) await untilTold(nameOf(kind), [/^Firing: /]);
  await restart('kill');
  for (const kind of kinds) await untilTold(nameOf(kind), [/^Firing: /, /^Resolved: /]);
  await untilEvaluatedAnew();
  for (const kind of kinds) expect(told(nameOf(kind))).toHaveLength(2);
}, 300_000);

test('a silence and a maintenance window hold back; what waits is sent once, over a crash too', async () => {
  const { silence } = await castellan.api<{ silence: { id: string } }>('POST', '/silences', {
    match: { check: `rule:${ids.get('sql')}` },
    duration: '1h',
  });
  const { window } = await castellan.api<{ window: { id: string } }>('POST', '/maintenance', {
    name: 'a new till',
    match: { check: `rule:${ids.get('search')}` },
    startsAt: new Date(Date.now() - 60_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const quiet = ['sql', 'search'] as const;
  // True for a while: the times of some lie ahead.
  for (const laterMs of [0, 20_000, 40_000, 60_000])
    await Promise.all(quiet.map((kind) => makeTrue[kind](-laterMs)));
  const firing = (kind: (typeof quiet)[number]) =>
    alertOf({ rule: ids.get(kind)!, state: 'firing' }, '?state=firing');
  for (const kind of quiet)
    await eventually(
      () => firing(kind),
      (alert) => alert !== undefined,
      patienceMs,
    );
  expect((await firing('sql'))?.silencedBy).toBe(silence.id);
  expect((await firing('search'))?.silencedBy).toBe(window.id);
  for (const kind of quiet) expect(told(nameOf(kind))).toHaveLength(2);

  await castellan.api('DELETE', `/silences/${silence.id}`);
  await castellan.api('DELETE', `/maintenance/${window.id}`);
  const again = [/^Firing: /, /^Resolved: /, /^Firing: /];
  for (const kind of quiet) await untilTold(nameOf(kind), again);

  slack.answerWith(503);
  for (const kind of quiet)
    await eventually(
      () => firing(kind),
      (alert) => alert === undefined,
      patienceMs,
    );
  await eventually(slack.refused, (count) => count > 0, patienceMs);
  await castellan.kill();
  slack.answerWith(200);
  castellan = await start();
  for (const kind of quiet) await untilTold(nameOf(kind), [...again, /^Resolved: /]);
  await untilEvaluatedAnew();
  for (const kind of quiet) expect(told(nameOf(kind))).toHaveLength(4);
  expect(await alerts()).toEqual([]);
}, 300_000);
