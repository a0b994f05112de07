/**
 * Faults on a real, busy pair in wall time, Castellan at its default cadences:
 * `npm run bench -- faults`, or some of them: `npm run bench -- faults 'ZooKeeper|killed'`. How many
 * are detected and after how long, and what was reported that no fault explains. All of them take
 * about 35 minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../src/model/fleet/finding.ts';
import { healthyAdvice } from './healthy-advice.ts';
import { quantile } from './median.ts';
import { earlyFaults, type Fault, prepareFaults, slowFaults } from './pair-faults.ts';
import { startPairLoad } from './pair-load.ts';
import { outages, replicaFaults } from './pair-outages.ts';
import { findingName, startWatchedPair } from './watched-pair.ts';

const wanted = new RegExp(process.argv[2] ?? '');
const detectMs = 420_000;
const clearMs = 420_000;
/** Checks of replicas say nothing in the first ten minutes of a server. */
const graceMs = 610_000;
/** What a fault leaves behind may still be found for a while. */
const aftermathMs = 600_000;
const pollMs = 1_000;

interface Case {
  readonly fault: Fault;
  readonly injectedMs: number;
  detectedMs?: number;
  by?: string;
  healedMs?: number;
  clearedMs?: number;
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const beganMs = Date.now();
const watched = await startWatchedPair({}, prepareFaults);
const load = await startPairLoad(watched.pair);
const cases: Case[] = [];
let open: readonly Finding[] = [];

const belongs = ({ fault }: Case, finding: Finding): boolean =>
  fault.expects.includes(finding.check) && (fault.about?.(finding) ?? true);

/** Looks once at what is open. */
async function look(): Promise<void> {
  open = await watched.findings().catch(() => open);
  const nowMs = Date.now();
  for (const each of cases) {
    const found = open.find(
      // What was open before is not of this fault.
      (finding) =>
        belongs(each, finding) && Date.parse(finding.firstSeen) >= each.injectedMs - 1_000,
    );
    if (found && each.detectedMs === undefined) {
      each.detectedMs = nowMs;
      each.by = `${found.check} ${found.severity}`;
      console.log(`${seconds(nowMs - each.injectedMs)}: ${each.fault.name}: ${each.by}`);
    }
    if (each.healedMs !== undefined && each.clearedMs === undefined && !found)
      each.clearedMs = nowMs;
  }
}

async function lookUntil(holds: () => boolean, mostMs: number): Promise<void> {
  const endMs = Date.now() + mostMs;
  while (!holds() && Date.now() < endMs) {
    await look();
    await sleep(pollMs);
  }
}

async function inject(fault: Fault): Promise<Case> {
  const one: Case = { fault, injectedMs: Date.now() };
  cases.push(one);
  await fault.inject(watched.pair);
  return one;
}

async function heal(each: Case): Promise<void> {
  await each.fault.heal(watched.pair).catch((error: Error) => {
    console.log(`${each.fault.name} was not mended: ${error.message}`);
  });
  each.healedMs = Date.now();
}

/** Injects faults one after the other, waits for each to be found, mends them, waits for the end. */
async function wave(faults: readonly Fault[]): Promise<void> {
  const own: Case[] = [];
  for (const each of faults) own.push(await inject(each));
  await lookUntil(() => own.every(({ detectedMs }) => detectedMs !== undefined), detectMs);
  for (const each of own) await heal(each);
  const waited = own.filter(
    (each) => each.detectedMs !== undefined && each.fault.remembered !== true,
  );
  await lookUntil(() => waited.every(({ clearedMs }) => clearedMs !== undefined), clearMs);
}

await lookUntil(() => open.some(({ check }) => check === 'keeper-quorum'), 180_000);
const chosen = (faults: readonly Fault[]) => faults.filter(({ name }) => wanted.test(name));
const slow: Case[] = [];
for (const each of chosen(slowFaults)) slow.push(await inject(each));
await wave(chosen(earlyFaults()));
const late = chosen(replicaFaults);
if (late.length > 0) await lookUntil(() => Date.now() - beganMs > graceMs, graceMs);
await wave(late);
for (const each of outages(watched.pair)) await wave(chosen(each));
await lookUntil(() => slow.every(({ detectedMs }) => detectedMs !== undefined), 0);
for (const each of slow) await heal(each);
const done = await load.stop();
const past = await watched.stop();

console.log('\n| fault | detected by | after | hold | cleared after |\n|---|---|---|---|---|');
for (const { fault: each, injectedMs, detectedMs, by, healedMs, clearedMs } of cases) {
  const missed = each.unawaited ? 'not waited for' : 'not detected';
  const after = detectedMs === undefined ? missed : seconds(detectedMs - injectedMs);
  const cleared =
    clearedMs === undefined || healedMs === undefined
      ? 'not waited for'
      : seconds(clearedMs - healedMs);
  console.log(
    `| ${each.name} | ${by ?? each.expects.join(', ')} | ${after} | ${each.hold ?? ''} | ${each.remembered ? 'remembered for a while' : cleared} |`,
  );
}

/** Tables that are made for the faults are not replicated, and say so. */
const ofTheBench = ['unreplicated-tables'];
const isExplained = (finding: Finding, fromMs: number): boolean =>
  ofTheBench.includes(finding.check) ||
  healthyAdvice.some(
    ({ check, severity }) => check === finding.check && severity === finding.severity,
  ) ||
  cases.some(
    (each) =>
      fromMs >= each.injectedMs - 1_000 &&
      fromMs <= (each.healedMs ?? Number.POSITIVE_INFINITY) + aftermathMs &&
      (each.fault.consequences.includes(finding.check) ||
        each.fault.expects.includes(finding.check)),
  );
const waited = cases.filter(
  ({ fault: { unawaited }, detectedMs }) => !unawaited || detectedMs !== undefined,
);
const unexplained = past.filter(({ finding, fromMs }) => !isExplained(finding, fromMs));
const times = cases.flatMap(({ injectedMs, detectedMs }) =>
  detectedMs === undefined ? [] : [detectedMs - injectedMs],
);
const held = (list: readonly Case[]) =>
  list.flatMap(({ fault: { hold }, injectedMs, detectedMs }) =>
    detectedMs === undefined || hold !== undefined ? [] : [detectedMs - injectedMs],
  );
console.log(
  `\ninjected ${waited.length} (and ${cases.length - waited.length} that were not waited for), detected ${times.length}, falsely reported ${unexplained.length}; ${past.length} findings in all; ${seconds(Date.now() - beganMs)}`,
);
console.log(
  `time to detect: median ${seconds(quantile(times, 0.5))}, worst ${seconds(Math.max(...times))}; of those without a hold time: median ${seconds(quantile(held(cases), 0.5))}, worst ${seconds(Math.max(...held(cases)))}`,
);
for (const { finding, fromMs } of unexplained)
  console.log(
    `  false, at ${seconds(fromMs - beganMs)}: ${findingName(finding)}, ${finding.severity}: ${finding.message}`,
  );
console.log(
  `the load: ${done.inserts} inserts, ${done.selects} selects; ${done.failures.length} refused, by the faults themselves`,
);
if (unexplained.length > 0 || times.length < waited.length) process.exitCode = 1;
