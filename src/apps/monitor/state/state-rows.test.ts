import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets, openState, type State } from '../../../adapters/state/index.ts';
import { ClusterSettings } from '../../../model/fleet/cluster.ts';
import type { Finding } from '../../../model/fleet/finding.ts';
import type { Score } from '../../../model/fleet/score.ts';
import { ClusterRegistry } from '../clusters/cluster-registry.ts';
import { ClusterRows } from '../clusters/cluster-rows.ts';
import { EvaluationRows } from './evaluation-rows.ts';
import { FindingRows } from './finding-rows.ts';
import { MarkRows } from './mark-rows.ts';
import { NodeRows } from './node-rows.ts';

let root: string;
let state: State;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'castellan-rows-'));
  state = await openState(root);
  await state
    .insertInto('cluster')
    .values({
      id: 'c',
      name: 'c',
      settings_json: '{}',
      origin: 'file',
      created_ms: 0,
      changed_ms: 0,
    })
    .execute();
});
afterEach(async () => {
  await state.destroy();
  rmSync(root, { recursive: true, force: true });
});

const at = (second: number) => new Date(second * 1_000).toISOString();
const finding = (id: string, first: number, last: number, message = 'bad'): Finding => ({
  id,
  check: 'check',
  title: 'Check',
  group: 'parts',
  outcome: 'warning',
  severity: 'warning',
  subject: {},
  message,
  evidence: [],
  source: 'guideline',
  sql: '',
  intended: false,
  firstSeen: at(first),
  lastSeen: at(last),
});

test('findings open, close, and open again; a new process goes on', async () => {
  const rows = new FindingRows(state);
  await rows.open('c');
  await rows.write('c', [finding('a', 1, 1), finding('b', 1, 1)], 1_000);
  await rows.write('c', [finding('a', 1, 20, 'worse')], 20_000);
  const next = new FindingRows(state);
  expect(await next.open('c')).toEqual([finding('a', 1, 20, 'worse')]);
  await next.write('c', [], 30_000);
  await next.write('c', [finding('a', 40, 40)], 40_000);
  expect(await next.history('c', 'a')).toMatchObject([
    { firstSeenMs: 40_000, closedMs: null, finding: { message: 'bad' } },
    { firstSeenMs: 1_000, closedMs: 30_000, finding: { message: 'worse' } },
  ]);
  expect(await next.history('c', 'b')).toMatchObject([{ closedMs: 20_000 }]);
  await next.forgetBefore(25_000);
  expect(await next.history('c', 'b')).toEqual([]);
  expect(await next.history('c', 'a')).toHaveLength(2);
});

const score = (value: number, points = 0): Score => ({
  score: value,
  grade: 'A',
  coverage: { answered: 9, total: 10 },
  capped: false,
  reasons: points > 0 ? [{ finding: 'a', check: 'check', dimension: 'ingestion', points }] : [],
});

test('a score is kept where it changed, and each hour', async () => {
  const rows = new EvaluationRows(state);
  const minute = 60_000;
  for (const [atMs, each] of [
    [0, score(100)],
    [minute, score(100)],
    [2 * minute, score(94, 6)],
    [3 * minute, { ...score(94, 6), coverage: { answered: 8, total: 10 } }],
    [61 * minute, score(94, 6)],
    [62 * minute, score(94, 6)],
  ] as const)
    await rows.writeScore('c', atMs, each);
  const times = async (fromMs: number, toMs: number) =>
    (await rows.scores('c', fromMs, toMs)).map((each) => each.atMs / minute);
  expect(await times(0, 1e9)).toEqual([0, 2, 62]);
  // The score that held when the range began is the first.
  expect(await times(10 * minute, 1e9)).toEqual([2, 62]);
  expect(await times(2 * minute, 62 * minute)).toEqual([2]);
  expect((await rows.lastScore('c'))?.score).toBe(94);
});

test('nodes are kept as they were seen: one that was down is not well because nobody asked yet', async () => {
  const rows = new NodeRows(state);
  const node = { id: 'n', host: 'h', port: 1, hostName: 'h', version: '18.16.1', online: true };
  const down = { ...node, id: 'm', online: false, problem: 'refused' };
  const unreachable = { layer: 'tcp', message: 'refused', sinceMs: 5, misses: 4 } as const;
  await rows.replace('c', [
    { node, seenMs: 5, unreachable: undefined },
    { node: down, seenMs: undefined, unreachable },
  ]);
  expect(await rows.list('c')).toEqual([
    { node: down, seenMs: null, last: undefined, unreachable },
    { node, seenMs: 5, last: undefined, unreachable: undefined },
  ]);
  await rows.replace('c', [{ node: down, seenMs: 9, unreachable: undefined }]);
  expect(await rows.list('c')).toMatchObject([{ seenMs: 9, unreachable: undefined }]);
});

test('marks end, and are taken back', async () => {
  const rows = new MarkRows(state);
  const mark = { check: 'check', subject: { node: 'n' }, kind: 'snoozed', until: at(60) } as const;
  const kept = await rows.add('c', mark, 0);
  await rows.add('c', { check: 'other', subject: {}, kind: 'intended', note: 'so' }, 1);
  expect(await rows.list('c', 30_000)).toMatchObject([
    { check: 'other', note: 'so' },
    { id: kept.id, until: at(60) },
  ]);
  expect(await rows.list('c', 60_000)).toHaveLength(1);
  expect([await rows.remove('c', kept.id), await rows.remove('c', kept.id)]).toEqual([true, false]);
  const declared = { check: 'by-file', subject: { node: 'n' }, kind: 'intended' } as const;
  await rows.declare('c', [declared, { ...declared, note: 'twice' }], 2);
  await rows.declare('c', [declared], 3);
  const names = (await rows.list('c', 60_000)).map(({ check }) => check);
  expect(names).toEqual(['by-file', 'other']);
  await rows.declare('c', [], 4);
  expect(await rows.list('c', 60_000)).toHaveLength(1);
});

test('a cluster that its file pauses goes on when the file does not; a pause of a person stays', async () => {
  const settings = ClusterSettings.parse({ name: 'one', host: 'h', port: 1 });
  const check = async (byFile: boolean, byPerson: boolean | undefined, expected: boolean) => {
    const rows = new ClusterRows(state, openSecrets(state, root, undefined));
    const declared = { id: 'file-one', origin: 'file', createdMs: 5, settings } as const;
    expect((await rows.adopt({ ...declared, paused: byFile })).paused).toBe(expected);
    if (byPerson !== undefined) await rows.pause('file-one', byPerson);
  };
  await check(true, undefined, true);
  await check(false, true, false);
  await check(false, undefined, true);
  await check(true, false, true);
  await check(false, undefined, false);
});

test('a registry keeps what people added and adopts what was declared', async () => {
  const settings = (name: string) =>
    ClusterSettings.parse({ name, host: 'h', port: 1, password: 'p' });
  const told: string[] = [];
  const listener = {
    watch: ({ settings: { name } }: { settings: ClusterSettings }) =>
      void told.push(`watch ${name}`),
    change: ({ settings: { name } }: { settings: ClusterSettings }, reconnects: boolean) =>
      void told.push(`change ${name} ${reconnects}`),
    forget: async (id: string) => void told.push(`forget ${id}`),
  };
  const open = async (declared: string[]) => {
    const rows = new ClusterRows(state, openSecrets(state, root, undefined));
    const registry = new ClusterRegistry(rows, 10, listener);
    await registry.load(
      declared.map((name) => ({
        id: `file-${name}`,
        origin: 'file',
        paused: false,
        createdMs: 5,
        settings: settings(name),
      })),
    );
    return registry;
  };
  const first = await open(['one', 'two']);
  const added = await first.add(settings('mine'));
  await first.change(added.id, { labels: { a: 'b' } });
  await first.change(added.id, { host: 'elsewhere', password: 'p' });
  await first.change('file-one', { paused: true });
  await expect(first.change('file-one', { host: 'x' })).rejects.toThrow(/declared elsewhere/);
  await expect(first.remove('file-one')).rejects.toThrow(/declared elsewhere/);
  expect(told).toEqual([
    'watch one',
    'watch two',
    'watch mine',
    'change mine false',
    'change mine true',
    'change one false',
  ]);
  const second = await open(['one']);
  expect(second.list().map(({ id, paused }) => [id, paused])).toEqual([
    ['file-one', true],
    [added.id, false],
  ]);
  expect(second.get(added.id)).toMatchObject({
    settings: { host: 'elsewhere', password: 'p', labels: { a: 'b' } },
  });
  await second.remove(added.id);
  expect((await open([])).list()).toEqual([]);
});
