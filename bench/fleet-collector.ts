/**
 * Child of fleet.ts: the collector alone, as `castellan up` has it, without the page and the store.
 * Its clusters come as JSON in the first message; it says what it saw and what it cost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connectStore } from '../src/adapters/clickhouse/connect-store.ts';
import { defaultSpoolOptions, openSpool } from '../src/adapters/spool/disk-spool.ts';
import { openSecrets, openState } from '../src/adapters/state/index.ts';
import { createMonitor } from '../src/apps/monitor/start-monitor.ts';
import { cadenceOf } from '../src/core/health/index.ts';
import { resolveCastellanConfig } from '../src/model/config/castellan-config.ts';
import type { ClusterSettings } from '../src/model/fleet/cluster.ts';

export interface CollectorReport {
  /** How late each reading of the vitals of a node that answers began. */
  readonly lateMs: readonly number[];
  /** Turns of those nodes that were skipped because the one before took longer. */
  readonly skipped: number;
  readonly readings: number;
  readonly online: number;
  readonly offline: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** At most, since the beginning of what is counted. */
  readonly memory: NodeJS.MemoryUsage;
  /** At most before that, while everything was read for the first time. */
  readonly firstBytes: number;
  /** Nodes whose cadences are stretched at the end, and why the first of them is. */
  readonly stretched: readonly string[];
  readonly vitalsMs: number;
  readonly statementsPerMinute: number;
  readonly loopDelayMs: number;
}
export type ToCollector =
  | { readonly kind: 'watch'; readonly clusters: readonly ClusterSettings[] }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' };

const folder = mkdtempSync(join(tmpdir(), 'castellan-bench-fleet-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const resolved = resolveCastellanConfig({
  flags: [],
  env: { ...process.env, CASTELLAN_DATA_DIR: folder },
});
if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
const config = resolved.value.values;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: console.error };
const state = await openState(folder, undefined);
const monitor = createMonitor({
  config,
  state,
  secrets: openSecrets(state, folder, config.secretKey),
  // It is away: only series that a page asks for are read from the store.
  store: connectStore({
    kind: 'server',
    url: 'http://127.0.0.1:9',
    username: 'default',
    password: '',
    database: 'castellan',
    settings: {},
  }),
  declared: [],
  log,
});
monitor.openSpool(await openSpool({ ...defaultSpoolOptions, folder: join(folder, 'spool') }, log));
await monitor.start();

const say = (message: CollectorReport | 'ready'): boolean | undefined => process.send?.(message);
const watches = () => monitor.watches.all().flatMap((cluster) => cluster.watches());
const seen = new Map<object, number | undefined>();
const loop = monitorEventLoopDelay();
loop.enable();
let lateMs: number[] = [];
let firstBytes = 0;
let memory = process.memoryUsage();
let cpu = process.cpuUsage();
let beganMs = performance.now();
let skippedBefore = 0;
const skipped = (): number =>
  watches()
    .filter((watch) => watch.node.online)
    .reduce((sum, watch) => sum + watch.lateness().skipped, 0);

setInterval(() => {
  for (const watch of watches()) {
    const { seenMs } = watch.times;
    if (seen.get(watch) !== seenMs) lateMs.push(watch.lateness().lateMs);
    seen.set(watch, seenMs);
  }
  const now = process.memoryUsage();
  if (now.rss > memory.rss) memory = now;
}, 500);

process.on('message', async (message: ToCollector) => {
  if (message.kind === 'watch') {
    for (const cluster of message.clusters) await monitor.fleet.add(cluster);
    say('ready');
  } else if (message.kind === 'begin') {
    lateMs = [];
    firstBytes = memory.rss;
    memory = process.memoryUsage();
    loop.reset();
    cpu = process.cpuUsage();
    beganMs = performance.now();
    skippedBefore = skipped();
  } else {
    const { user, system } = process.cpuUsage(cpu);
    const all = watches();
    const online = all.filter((watch) => watch.node.online);
    say({
      lateMs,
      skipped: skipped() - skippedBefore,
      readings: lateMs.length,
      online: online.length,
      offline: all.length - online.length,
      cpuSeconds: (user + system) / 1e6,
      seconds: (performance.now() - beganMs) / 1_000,
      memory,
      firstBytes,
      stretched: online.flatMap((watch) => watch.cost().reason ?? []),
      vitalsMs: cadenceOf(config.collectionIntervalMs).vitals,
      loopDelayMs: loop.percentile(99) / 1e6,
      statementsPerMinute:
        online.reduce((sum, watch) => sum + watch.cost().statementsPerMinute, 0) / online.length,
    });
    process.exit(0);
  }
});
