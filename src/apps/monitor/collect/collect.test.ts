import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import { cadenceOf, parseCapabilities, planStatements } from '../../../core/health/index.ts';
import { Lane } from './lane.ts';
import { readTier } from './read-tier.ts';
import { ReadingPauses } from './reading-pauses.ts';
import { StatementGate } from './statement-gate.ts';
import { TierClock } from './tier-clock.ts';

const never = new AbortController().signal;

test('the gate lets so many through, in turn; those that ail hold up nobody else', async () => {
  const gate = new StatementGate(4);
  const done: string[] = [];
  const hanging = Promise.withResolvers<void>();
  const ailing = Array.from({ length: 20 }, () =>
    gate.run('ailing', never, () => hanging.promise).then(() => done.push('ailing')),
  );
  const busy = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const well = Array.from({ length: 10 }, () =>
    gate.run('well', never, async () => {
      running += 1;
      most = Math.max(most, running);
      await busy.promise;
      running -= 1;
    }),
  );
  await sleep(10);
  expect([running, most]).toEqual([3, 3]);
  busy.resolve();
  await Promise.all(well);
  expect([running, most, done.length]).toEqual([0, 3, 0]);
  hanging.resolve();
  await Promise.all(ailing);
  expect(done).toHaveLength(20);
});

test('who waits at the gate can leave, and a failure gives its place on', async () => {
  const gate = new StatementGate(1);
  const first = Promise.withResolvers<void>();
  const running = gate.run('well', never, () => first.promise);
  const leaving = new AbortController();
  const waiting = gate.run('well', leaving.signal, async () => 'ran');
  leaving.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(gate.run('well', leaving.signal, async () => 'ran')).rejects.toThrow('gone');
  const next = gate.run('well', never, async () => 'ran');
  first.reject(new Error('failed'));
  await expect(running).rejects.toThrow('failed');
  expect(await next).toBe('ran');
});

test('a lane does one thing at a time, again and again, and skips what it missed', async () => {
  let runs = 0;
  let inside = 0;
  const errors: unknown[] = [];
  const lane = new Lane(
    async () => {
      inside += 1;
      expect(inside).toBe(1);
      runs += 1;
      if (runs === 2) {
        inside -= 1;
        throw new Error('once');
      }
      await sleep(runs === 1 ? 60 : 1);
      inside -= 1;
      return 10;
    },
    (error) => errors.push(error),
  );
  lane.wake();
  lane.wake();
  await expect.poll(() => lane.lateness.skipped).toBeGreaterThan(0);
  await expect.poll(() => errors.length).toBe(1);
  lane.wake();
  await expect.poll(() => runs).toBeGreaterThan(4);
  await lane.stop();
  const after = runs;
  lane.wake();
  await sleep(40);
  expect(runs).toBe(after);
});

test('at first every tier is due; then each at its own place in the cadence', () => {
  const cadence = cadenceOf(30_000);
  const clock = new TierClock(cadence, 'db1');
  expect(clock.due(0)).toEqual(['state', 'slow', 'parts', 'logs', 'daily']);
  for (const tier of clock.due(0)) clock.done(tier, 1_000, 1);
  expect(clock.due(2_000)).toEqual([]);
  const nextMs = clock.nextInMs(1_000);
  expect(nextMs).toBeGreaterThanOrEqual(30_000);
  expect(nextMs).toBeLessThanOrEqual(60_000);
  expect(clock.due(1_000 + 60_000)).toEqual(['state', 'logs']);
  clock.done('state', 70_000, 2);
  expect(clock.due(70_000 + 119_999)).not.toContain('state');
  expect(clock.due(70_000 + 120_000)).toContain('state');
  // For a reason parts are read sooner, but not oftener than every five minutes.
  clock.hasten('parts', 100_000, 300_000);
  expect(clock.due(300_999)).not.toContain('parts');
  expect(clock.due(301_000)).toContain('parts');
});

const capabilities = parseCapabilities([
  ['version', '', '26.7'],
  ...['merge_tree_settings', 'replicas', 'replication_queue', 'dictionaries', 'processes'].flatMap(
    (table) =>
      ['database', 'table', 'name', 'value', 'changed', 'status', 'query', 'type', 'user'].map(
        (column) => ['column', table, column],
      ),
  ),
]);

/** Answers a statement with no rows, unless it asks for something that fails. */
function scripted(fails: ReadonlyMap<string, NodeError>) {
  const asked: string[] = [];
  return {
    asked,
    run: async (sql: string) => {
      asked.push(sql);
      for (const [table, error] of fails) if (sql.includes(table)) throw error;
      return { queryId: '', columns: [], rows: [], elapsedMs: 1, waitedMs: 1, bodyBytes: 0 };
    },
  };
}

test('one bad reading costs no other, and is left out for a while', async () => {
  const all = planStatements('state', capabilities, 0).statements.flatMap((each) => each.readings);
  expect(all.length).toBeGreaterThan(2);
  const slow = new NodeError('timeout', 'took too long', { code: 159 });
  const fails = new Map([['system.`replication_queue`', slow]]);
  const pauses = new ReadingPauses();
  const read = async (node: ReturnType<typeof scripted>) =>
    readTier({
      tier: 'state',
      capabilities,
      username: 'monitor',
      pauses,
      cadenceMs: 60_000,
      run: node.run,
    });

  const first = scripted(fails);
  const answer = await read(first);
  expect(first.asked).toHaveLength(1 + all.length);
  expect(answer.failed).toEqual(['replication_queue']);
  const gapOf = (name: string) => answer.readings.find((each) => each.name === name)?.gap?.reason;
  expect(all.map(gapOf).filter((reason) => reason !== undefined)).toEqual(['error']);
  expect(gapOf('replication_queue')).toBe('error');

  const second = scripted(fails);
  expect((await read(second)).failed).toEqual([]);
  expect(second.asked).toHaveLength(1);
  expect(second.asked[0]).not.toContain('replication_queue');
});

test('a node that is gone is asked nothing more', async () => {
  const gone = new NodeError('tcp', 'no connection: ECONNREFUSED');
  const node = scripted(new Map([['SELECT', gone]]));
  const answer = await readTier({
    tier: 'state',
    capabilities,
    username: 'monitor',
    pauses: new ReadingPauses(),
    cadenceMs: 60_000,
    run: node.run,
  });
  expect(node.asked).toHaveLength(1);
  expect(answer.lost).toBe(gone);
});
