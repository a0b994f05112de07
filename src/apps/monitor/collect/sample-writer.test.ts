import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Spool, SpoolOutcome, SpoolRequest } from '../../../adapters/spool/spool.ts';
import { openState, type State } from '../../../adapters/state/index.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import { NodeRows } from '../state/node-rows.ts';
import { fleetSample, SampleWriter } from './sample-writer.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const vitals = (atMs: number, queries: number, more: Partial<VitalsSample> = {}): VitalsSample => ({
  atMs,
  startedMs: 0,
  hostName: 'h',
  version: '26.7',
  gauges: new Map([['Load', 1]]),
  counters: new Map([['Query', queries]]),
  ...more,
});

test('what a sample adds to the one before', () => {
  const check = (
    now: VitalsSample,
    before: VitalsSample | undefined,
    elapsedMs: number,
    grown: number | undefined,
  ) => {
    const sample = fleetSample('c', 'n', now, before);
    expect([sample.elapsedMs, sample.increases.get('Query')]).toEqual([elapsedMs, grown]);
  };
  check(vitals(15_000, 25), vitals(0, 10), 15_000, 15);
  check(vitals(15_000, 10), vitals(0, 10), 15_000, undefined);
  check(vitals(15_000, 25), undefined, 0, undefined);
  // Started anew: the total began at zero.
  check(vitals(60_000, 4, { startedMs: 50_000 }), vitals(0, 10), 60_000, 4);
  check(vitals(7_200_000, 99), vitals(0, 10), 0, undefined);
});

let root: string;
let state: State;
let rows: NodeRows;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'castellan-writer-'));
  state = await openState(root);
  rows = new NodeRows(state);
  await state
    .insertInto('cluster')
    .values({
      id: 'c',
      name: 'c',
      settings_json: '{}',
      origin: 'api',
      created_ms: 0,
      changed_ms: 0,
    })
    .execute();
  const node = { id: 'n', host: 'n', port: 1, hostName: '', version: '', online: true };
  await rows.replace('c', [{ node, seenMs: 5, unreachable: undefined }]);
});
afterEach(async () => {
  await state.destroy();
  rmSync(root, { recursive: true, force: true });
});

/** A spool that takes what it is told to. */
function scriptedSpool(outcomes: SpoolOutcome[]) {
  const requests: SpoolRequest[] = [];
  const answered: number[] = [];
  const spool: Spool = {
    async append(request) {
      requests.push(request);
      return outcomes.shift() ?? { kind: 'kept', entry: requests.length };
    },
    answered: (entry) => void answered.push(entry),
    unanswered() {},
  };
  return { spool, requests, answered };
}

test('samples wait for the spool, and then the counters are written down', async () => {
  const writer = new SampleWriter(rows, quiet);
  writer.add('c', 'n', vitals(15_000, 25), vitals(0, 10));
  await writer.flush();
  expect(writer.waiting).toBe(1);
  const full: SpoolOutcome = {
    kind: 'refused',
    reason: 'spool_full',
    message: 'full',
    retryAfterMs: 60_000,
  };
  const { spool, requests, answered } = scriptedSpool([full]);
  writer.open(spool);
  await writer.flush();
  expect([writer.waiting, requests.length, answered]).toEqual([1, 1, []]);
  expect((await rows.list('c'))[0]?.last).toBeUndefined();
  writer.add('c', 'n', vitals(30_000, 26), vitals(15_000, 25));
  await writer.flush();
  expect([writer.waiting, requests.length, answered]).toEqual([0, 2, [2]]);
  expect(requests[1]?.blocks).toMatchObject([{ table: 'fleet_samples', rows: 2 }]);
  const [kept] = await rows.list('c');
  expect(kept).toMatchObject({
    seenMs: 5,
    last: { atMs: 30_000, counters: new Map([['Query', 26]]) },
  });
});

test('what does not fit is lost from the oldest on, and counted', () => {
  const writer = new SampleWriter(rows, quiet);
  for (let at = 0; at < 12_010; at++) writer.add('c', 'n', vitals(at, at), undefined);
  expect([writer.waiting, writer.dropped]).toEqual([12_000, 10]);
});
