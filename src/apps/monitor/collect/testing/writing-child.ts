/**
 * Writes samples of one node whose counter grows by one each 15 seconds, from where the state says
 * that it stands: `node writing-child.ts <folder> <samples> <put | append | strike | never>`. At the
 * second sample it ends as a crash would, once the batch is written down, in the spool, or struck
 * off.
 */
import { join } from 'node:path';
import { defaultSpoolOptions, openSpool } from '../../../../adapters/spool/disk-spool.ts';
import type { Spool } from '../../../../adapters/spool/spool.ts';
import { openState } from '../../../../adapters/state/index.ts';
import type { VitalsSample } from '../../../../model/fleet/reading.ts';
import { NodeRows } from '../../state/node-rows.ts';
import { OutboxRows } from '../../state/outbox-rows.ts';
import { SampleWriter } from '../sample-writer.ts';

const [folder = '', samples = '0', crashes = 'never'] = process.argv.slice(2);
const stepMs = 15_000;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: console.error, error: console.error };
const state = await openState(folder);
const spool = await openSpool({ ...defaultSpoolOptions, folder: join(folder, 'spool') }, log);
const nodes = new NodeRows(state);
const writer = new SampleWriter({ nodes, outbox: new OutboxRows(state), log });

let written = 0;
const crash = (where: string): void => {
  if (written === 2 && crashes === where) process.kill(process.pid, 'SIGKILL');
};
const crashing: Spool = {
  async append(request) {
    crash('put');
    const outcome = await spool.append(request);
    crash('append');
    return outcome;
  },
  answered(entry) {
    crash('strike');
    spool.answered(entry);
  },
  unanswered: () => undefined,
};

const sampleAt = (place: number): VitalsSample => ({
  atMs: place * stepMs,
  startedMs: 0,
  hostName: 'h',
  version: '26.7',
  gauges: new Map(),
  counters: new Map([['Query', place]]),
});
const [kept] = await nodes.list('c');
let last = kept?.last;
writer.open(crashing);
await writer.flush();
for (let turn = 0; turn < Number(samples); turn++) {
  // Vitals of the time that the process was away are never seen.
  const next = sampleAt(last ? last.atMs / stepMs + (turn === 0 ? 3 : 1) : 100);
  written += 1;
  writer.add('c', 'n', next, last);
  await writer.flush();
  last = next;
}
await spool.close();
await state.destroy();
