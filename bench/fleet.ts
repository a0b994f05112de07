/**
 * 200 nodes, five of them hanging, and one collector: `npm run bench -- fleet [seconds]`. The nodes
 * are 200 addresses of two real servers. Counted is the collector's process alone; aims: begins at
 * most 1 s late (p99), half a core, 400 MB.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterSettings } from '../src/model/fleet/cluster.ts';
import { startClickHousePair } from '../test/peers/clickhouse-pair.ts';
import type { CollectorReport, ToCollector } from './fleet-collector.ts';
import { quantile } from './median.ts';

const seconds = Number(process.argv[2] ?? 180);
const settleSeconds = 60;
const addresses = Array.from({ length: 98 }, (_, index) => `127.0.1.${index + 1}`);
const hangingCount = 5;
const clusterSize = 20;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** Takes connections and never says a word. */
async function startHanging(): Promise<number> {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return (server.address() as AddressInfo).port;
}

const pair = await startClickHousePair({
  // Two servers stand for 200: what they need must not delay the collector.
  yielding: true,
  extraConfig: addresses.map((address) => `<listen_host>${address}</listen_host>`).join('\n'),
});
try {
  const real = pair.servers.flatMap(({ httpPort }) =>
    addresses.map((host) => ({ host, port: httpPort })),
  );
  const hanging = await Promise.all(Array.from({ length: hangingCount }, startHanging));
  const nodes = [
    ...real.slice(0, 200 - hangingCount),
    ...hanging.map((port) => ({ host: '127.0.0.1', port })),
  ];
  const count = Math.ceil(nodes.length / clusterSize);
  const clusters = Array.from({ length: count }, (_, index): ClusterSettings => {
    const own = nodes.filter((_node, place) => place % count === index);
    const entry = { host: '127.0.0.1', port: pair.servers[0].httpPort };
    const login = { username: 'default', password: '', secure: false, labels: {} };
    return { name: `cluster ${index}`, ...entry, ...login, nodes: own };
  });
  const collector = fork(join(import.meta.dirname, 'fleet-collector.ts'), { stdio: 'inherit' });
  const tell = (message: ToCollector): boolean => collector.send(message);
  tell({ kind: 'watch', clusters });
  await once(collector, 'message');
  await sleep(settleSeconds * 1_000);
  tell({ kind: 'begin' });
  await sleep(seconds * 1_000);
  tell({ kind: 'end' });
  const [report] = (await once(collector, 'message')) as [CollectorReport];
  const cores = report.cpuSeconds / report.seconds;
  console.log(
    `${report.online} nodes answer, ${report.offline} do not; ${report.readings} readings of vitals in ${report.seconds.toFixed(0)} s`,
  );
  const due = (report.online * report.seconds * 1_000) / report.vitalsMs;
  console.log(
    `at the true cadence it would be ${due.toFixed(0)}; ${report.stretched.length} nodes are read more slowly${report.stretched[0] ? `, such as: ${report.stretched[0]}` : ''}`,
  );
  // A turn that was skipped is late by a whole cadence.
  const late = [...report.lateMs, ...Array<number>(report.skipped).fill(report.vitalsMs)];
  console.log(
    `begun late: p50 ${quantile(late, 0.5).toFixed(0)} ms, p99 ${quantile(late, 0.99).toFixed(0)} ms, most ${Math.max(...late).toFixed(0)} ms; skipped ${report.skipped}`,
  );
  console.log(
    `the collector alone: ${cores.toFixed(3)} cores, ${((cores / report.online) * 1e6).toFixed(0)} millionths of a core for each node; ${megabytes(report.memory.rss)} MB (${megabytes(report.firstBytes)} MB while all was read for the first time)`,
  );
  const { heapUsed, heapTotal, external } = report.memory;
  console.log(
    `of that: heap ${megabytes(heapUsed)} of ${megabytes(heapTotal)} MB, outside of it ${megabytes(external)} MB`,
  );
  console.log(`its event loop: late by ${report.loopDelayMs.toFixed(0)} ms (p99)`);
  console.log(`statements for each node: ${report.statementsPerMinute.toFixed(1)} per minute`);
} finally {
  await pair.stop();
}
