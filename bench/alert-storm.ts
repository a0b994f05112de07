import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSecrets, openState } from '../src/adapters/state/index.ts';
import { openAlerts } from '../src/apps/alerts/start-alerts.ts';
import { resolveCastellanConfig } from '../src/model/config/castellan-config.ts';
import type { Finding } from '../src/model/fleet/finding.ts';

/**
 * How many messages Slack gets for a storm of findings: `node bench/alert-storm.ts [findings of one
 * cause] [unrelated]`. The findings go through evaluation, the state on disk and delivery to an HTTP
 * server on loopback; then all of them pass. Prints messages, and the CPU of an evaluation.
 */
const [of = '500', others = '3'] = process.argv.slice(2);
const rounds = 40;

const messages: string[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  messages.push(JSON.parse(Buffer.concat(chunks).toString()).blocks[0].text.text);
  response.end('ok');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const resolved = resolveCastellanConfig({ flags: [], env: { SLACK_WEBHOOK_URL: url } });
if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
const folder = mkdtempSync(join(tmpdir(), 'bench-alerts-'));
const state = await openState(folder);
const cluster = { id: 'c', name: 'shop' };
const clock = { nowMs: Date.now() };
const unused = async () => {
  throw new Error('the storm has no rules that ask');
};
const alerts = await openAlerts({
  config: resolved.value.values,
  state,
  secrets: openSecrets(state, folder, undefined),
  now: () => clock.nowMs,
  log: { debug() {}, info() {}, warn: console.warn, error: console.error },
  data: {
    clusters: async () => [{ ...cluster, paused: false, answers: true, nodes: [], labels: {} }],
    checks: () => [],
    samples: unused,
    query: unused,
    count: unused,
  },
});
await alerts.start('http://localhost:3000');

const finding = (check: string, object: string, cause?: string): Finding => ({
  id: `${check}/${object}`,
  check,
  title: check,
  group: 'replication',
  outcome: 'warning',
  severity: 'warning',
  subject: { node: 'ch-1:8123', database: 'shop', table: object },
  message: `${check} of ${object}`,
  evidence: [],
  source: 'guideline',
  sql: 'SELECT 1',
  intended: false,
  firstSeen: new Date(clock.nowMs).toISOString(),
  lastSeen: new Date(clock.nowMs).toISOString(),
  ...(cause === undefined ? {} : { cause }),
});
const root = finding('keeper-gone', 'ensemble');
const storm = [
  root,
  ...Array.from({ length: Number(of) - 1 }, (_, i) => finding('read-only', `t${i}`, root.id)),
  ...Array.from({ length: Number(others) }, (_, i) => finding(`unrelated-${i}`, 'x')),
];

const stepMs = 15_000;
const step = async (findings: readonly Finding[]) => {
  clock.nowMs += stepMs;
  await alerts.observe({ cluster, labels: {}, findings });
};
const quietMs = 1_000;
/** Until nothing came for a second. */
const settle = async () => {
  for (let before = -1; before !== messages.length; ) {
    before = messages.length;
    await sleep(quietMs);
  }
};
const cpu = process.cpuUsage();
for (let round = 0; round < rounds; round += 1) await step(storm);
const { user, system } = process.cpuUsage(cpu);
await settle();
const told = messages.length;
await step([]);
await settle();
console.log(
  `${storm.length} findings: ${of} of one cause, ${others} unrelated, seen ${rounds} times`,
);
console.log(`${told} messages that something is wrong (1 + ${others} causes)`);
console.log(`${messages.length - told} messages that it is over`);
console.log(`${((user + system) / 1_000 / rounds).toFixed(1)} ms CPU for an evaluation`);
for (const message of messages) console.log(`  ${message}`);
await alerts.stop();
await state.destroy();
server.close();
rmSync(folder, { recursive: true, force: true });
if (told !== 1 + Number(others)) process.exitCode = 1;
