import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Spool, SpoolOutcome, SpoolRequest } from '../../../adapters/spool/spool.ts';
import { openState, type State } from '../../../adapters/state/index.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import { NodeRows } from '../state/node-rows.ts';
import { OutboxRows } from '../state/outbox-rows.ts';
import { SampleWriter } from './sample-writer.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const vitals = (atMs: number, queries: number): VitalsSample => ({
  atMs,
  startedMs: 0,
  hostName: 'h',
  version: '26.7',
  gauges: new Map([['Load', 1]]),
  counters: new Map([['Query', queries]]),
});

let root: string;
let state: State;
let nodes: NodeRows;
let outbox: OutboxRows;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'castellan-writer-'));
  state = await openState(root);
  nodes = new NodeRows(state);
  outbox = new OutboxRows(state);
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
  await nodes.replace('c', [{ node, seenMs: 5, unreachable: undefined }]);
});
afterEach(async () => {
  await state.destroy();
  rmSync(root, { recursive: true, force: true });
});

const newWriter = () => new SampleWriter({ nodes, outbox, log: quiet });
const lastOf = async () => (await nodes.list('c'))[0]?.last;

/** A spool that answers as it is told to. */
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
const full: SpoolOutcome = {
  kind: 'refused',
  reason: 'spool_full',
  message: 'full',
  retryAfterMs: 60_000,
};

test('samples wait for the spool; then they go with where the counters stand', async () => {
  const writer = newWriter();
  writer.add('c', 'n', vitals(15_000, 25), vitals(0, 10));
  await writer.flush();
  expect([writer.waiting, await lastOf()]).toEqual([1, undefined]);
  const { spool, requests, answered } = scriptedSpool([full]);
  writer.open(spool);
  await writer.flush();
  // The refused batch stays what it is: the spool may have it all the same.
  expect([writer.waiting, requests.length, answered]).toEqual([1, 1, []]);
  expect([(await lastOf())?.atMs, (await outbox.list()).length]).toEqual([15_000, 1]);
  writer.add('c', 'n', vitals(30_000, 26), vitals(15_000, 25));
  await writer.flush();
  expect([writer.waiting, requests.length, answered]).toEqual([0, 3, [2, 3]]);
  expect(requests.map(({ blocks }) => blocks[0]?.rows)).toEqual([1, 1, 1]);
  expect(requests[1]?.digest).toEqual(requests[0]?.digest);
  expect(await outbox.list()).toEqual([]);
  const [kept] = await nodes.list('c');
  expect(kept).toMatchObject({
    seenMs: 5,
    last: { atMs: 30_000, counters: new Map([['Query', 26]]) },
  });
});

test('a batch that an earlier process left is given again first, byte by byte', async () => {
  const first = newWriter();
  const before = scriptedSpool([full]);
  first.add('c', 'n', vitals(15_000, 25), vitals(0, 10));
  first.open(before.spool);
  await first.flush();
  const second = newWriter();
  const after = scriptedSpool([{ kind: 'absorbed', entry: 7 }]);
  second.add('c', 'n', vitals(30_000, 26), vitals(15_000, 25));
  second.open(after.spool);
  await second.flush();
  expect(after.requests).toHaveLength(2);
  expect(after.requests[0]).toEqual(before.requests[0]);
  expect(after.answered).toEqual([7, 2]);
  expect(await outbox.list()).toEqual([]);
});

test('samples of the past are written down with what says that they were read, or not at all', async () => {
  const writer = newWriter();
  const { spool, requests } = scriptedSpool([]);
  writer.open(spool);
  const past = { cluster: 'c', node: 'n', hostName: 'h', atMs: 1, startedMs: 0, elapsedMs: 60_000 };
  const sample = { ...past, gauges: new Map(), increases: new Map([['Query', 1]]) };
  const noted = async () =>
    (await state.selectFrom('fact').select('value').execute()).map(({ value }) => value);
  const note = (name: string) => async (db: State) => {
    await db.insertInto('fact').values({ name, value: name }).execute();
  };
  const both = Promise.all([writer.addPast([sample], note('a')), writer.addPast([], note('b'))]);
  await writer.flush();
  await both;
  expect([await noted(), requests.length]).toEqual([['a', 'b'], 1]);
  const failing = writer.addPast([{ ...sample, atMs: 2 }], note('a'));
  const failed = expect(failing).rejects.toThrow(/UNIQUE/);
  await writer.flush();
  await failed;
  expect([await noted(), requests.length, await outbox.list()]).toEqual([['a', 'b'], 1, []]);
});

test('what does not fit is lost from the oldest on, and counted', () => {
  const writer = newWriter();
  for (let at = 0; at < 12_010; at++) writer.add('c', 'n', vitals(at, at), undefined);
  expect([writer.waiting, writer.dropped]).toEqual([12_000, 10]);
});
