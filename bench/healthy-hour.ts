/**
 * A healthy, busy pair of real servers and what the monitor says of it:
 * `npm run bench -- healthy-hour [minutes]`. Castellan runs as people run it, at its default cadences.
 * All that opens is compared with a list that was written before; fails where anything else does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { healthyAdvice } from './healthy-advice.ts';
import { startPairLoad } from './pair-load.ts';
import { findingName, startWatchedPair } from './watched-pair.ts';

const minutes = Number(process.argv[2] ?? 60);
const stepMs = 5_000;
const linesEveryMs = 300_000;

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const watched = await startWatchedPair();
const load = await startPairLoad(watched.pair);
const beganMs = Date.now();
let outages = 0;
let polls = 0;
let nextLineMs = 0;
for (let atMs = 0; atMs < minutes * 60_000; atMs = Date.now() - beganMs) {
  const seen = await watched.cluster();
  const open = await watched.findings();
  polls += 1;
  // The first reading takes a moment.
  if (seen.status !== 'online' && atMs > 30_000) outages += 1;
  if (atMs >= nextLineMs) {
    nextLineMs += linesEveryMs;
    const names = [...new Set(open.map(({ check }) => check))].sort();
    console.log(
      `after ${seconds(atMs)}: ${seen.status}, score ${seen.score ?? 'none'}, ${seen.coverage.answered} of ${seen.coverage.total} answered; open: ${names.join(', ') || 'nothing'}`,
    );
  }
  await sleep(stepMs);
}
const last = await watched.cluster();
const scores = await watched.scores();
const done = await load.stop();
const past = await watched.stop();

const isAdvice = (check: string, severity: string): boolean =>
  healthyAdvice.some((each) => each.check === check && each.severity === severity);
const unexpected = past.filter(({ finding }) => !isAdvice(finding.check, finding.severity));
console.log(
  `${minutes} minutes: ${done.inserts} inserts, ${done.selects} selects, ${done.mutations} mutations, ${done.merges} merges; ${done.failures.length} refused`,
);
for (const failure of done.failures.slice(0, 10)) console.log(`  ${failure}`);
for (const { check, severity, why } of healthyAdvice) {
  const count = past.filter((each) => each.finding.check === check).length;
  console.log(`advice, ${count} times: ${check} ${severity}. ${why}`);
}
console.log(`unexpected: ${unexpected.length}`);
for (const { finding, fromMs, toMs } of unexpected) {
  const open = toMs === undefined ? 'still open' : `for ${seconds(toMs - fromMs)}`;
  console.log(
    `  ${seconds(fromMs - beganMs)}: ${findingName(finding)}, ${finding.severity}, ${open}: ${finding.message}`,
  );
}
for (const { at, score, grade, coverage, reasons } of scores) {
  const why = reasons.map(({ check, points }) => `${check} ${points}`).join(', ');
  console.log(
    `score at ${seconds(Date.parse(at) - beganMs)}: ${score ?? 'none'} ${grade ?? ''} (${coverage.answered} of ${coverage.total} answered) ${why}`,
  );
}
console.log(`at the end: ${last.coverage.answered} of ${last.coverage.total} answered`);
console.log(`outages: ${outages} of ${polls} looks`);
if (unexpected.length > 0 || outages > 0 || done.failures.length > 0) process.exitCode = 1;
