import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DiskSpool, openSpool } from './disk-spool.ts';
import { parseJournal } from './journal.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { ownKeyId, type SpoolOutcome } from './spool.ts';
import type { SpoolOptions } from './spool-options.ts';
import {
  keepingLogger,
  scratchFolder,
  spoolOptions,
  textRequest,
} from './testing/scratch-spool.ts';

const open = (folder: string, more: Partial<SpoolOptions> = {}, now?: () => number) =>
  openSpool(spoolOptions(folder, more), keepingLogger(), now);
const entryOf = (outcome: SpoolOutcome): number => {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.entry;
};
const dataOf = (segment: SealedSegment, table: 'otel_logs' | 'hyperdx_sessions' = 'otel_logs') =>
  readFileSync(segment.dataPath(table), 'utf8');
const texts = (spool: DiskSpool) =>
  spool.shelf.waiting().flatMap((segment) => dataOf(segment).trim().split('\n'));

/** The folder as a kill -9 of this moment would leave it, in a new place. */
function killed(folder: string, target: string): string {
  cpSync(folder, target, { recursive: true, filter: (path) => !path.endsWith('lock.sqlite') });
  return target;
}

test('appended, sealed, listed, stored, gone', async () => {
  using folder = scratchFolder();
  const spool = await open(folder.path);
  const both = ['otel_logs', 'hyperdx_sessions'] as const;
  const outcomes = await Promise.all(
    ['a', 'b', 'c'].map((text) => spool.append(textRequest(text, both))),
  );
  expect(outcomes.map((each) => each.kind)).toEqual(['kept', 'kept', 'kept']);
  expect(spool.status()).toMatchObject({ segments: 1, rows: 6, kept: 3, unanswered: 3 });
  await spool.drain();
  const [segment] = spool.shelf.waiting();
  expect(segment).toMatchObject({ signal: 'logs', entries: 3, rows: 6, openTables: both });
  expect(dataOf(segment!)).toBe('a\nb\nc\n');
  expect(dataOf(segment!, 'hyperdx_sessions')).toBe('a\nb\nc\n');
  expect(segment!.token('otel_logs')).toBe(`${segment!.id}-otel_logs`);
  await spool.shelf.finished(segment!);
  // Its answers are still open: the journal stays.
  expect(spool.status()).toMatchObject({ segments: 0, rows: 0, unanswered: 3 });
  expect(spool.status().bytes).toBeGreaterThan(0);
  for (const outcome of outcomes) spool.answered(entryOf(outcome));
  await spool.close();
  expect(spool.status()).toMatchObject({ bytes: 0, unanswered: 0 });
  const again = await open(folder.path);
  expect(again.status()).toMatchObject({ segments: 0, bytes: 0, problems: [] });
  await again.close();
});

test('requests that come together share a commit', async () => {
  using folder = scratchFolder();
  const spool = await open(folder.path);
  await Promise.all(Array.from({ length: 200 }, (_, n) => spool.append(textRequest(`t${n}`))));
  await spool.drain();
  const [segment] = spool.shelf.waiting();
  const { records } = parseJournal(readFileSync(join(segment!.folder, 'journal')));
  const batches = new Set(records.flatMap((each) => (each.t === 'entry' ? [each.batch] : [])));
  expect(segment!.entries).toBe(200);
  expect(batches.size).toBeLessThan(10);
  expect(new Set(texts(spool)).size).toBe(200);
  await spool.close();
});

test('what a start after kill -9 absorbs', async () => {
  using folder = scratchFolder();
  let now = 1_000_000;
  const spool = await open(join(folder.path, 'a'), {}, () => now);
  const check = async (of: DiskSpool, text: string, expected: SpoolOutcome['kind']) => {
    const outcome = await of.append(textRequest(text));
    expect(outcome.kind, text).toBe(expected);
    return entryOf(outcome);
  };
  const answered = await check(spool, 'answered', 'kept');
  spool.answered(answered);
  // Equal requests in normal running are all kept: answered ones, and those on their way.
  await check(spool, 'answered', 'kept').then((entry) => spool.answered(entry));
  await check(spool, 'in flight', 'kept');
  await check(spool, 'in flight', 'kept');
  const lost = await check(spool, 'lost', 'kept');
  spool.unanswered(lost);
  await check(spool, 'lost', 'absorbed').then((entry) => spool.unanswered(entry));
  await check(spool, 'lost', 'absorbed').then((entry) => spool.answered(entry));
  await check(spool, 'lost', 'kept').then((entry) => spool.answered(entry));
  await spool.shelf.flush();

  const second = await open(killed(join(folder.path, 'a'), join(folder.path, 'b')), {}, () => now);
  expect(texts(second)).toEqual(['answered', 'answered', 'in flight', 'in flight', 'lost', 'lost']);
  await check(second, 'answered', 'kept');
  await check(second, 'lost', 'kept');
  await check(second, 'in flight', 'absorbed').then((entry) => second.answered(entry));
  await check(second, 'in flight', 'absorbed');
  await check(second, 'in flight', 'kept');
  await second.shelf.flush();
  // The second retry was absorbed, and its answer is not known: it can absorb again.
  const third = await open(killed(join(folder.path, 'b'), join(folder.path, 'c')), {}, () => now);
  await check(third, 'in flight', 'absorbed');
  now += 600_001;
  const fourth = await open(killed(join(folder.path, 'b'), join(folder.path, 'd')), {}, () => now);
  await check(fourth, 'in flight', 'kept');
  await Promise.all([spool, second, third, fourth].map((each) => each.close()));
});

test('what Castellan itself wrote absorbs however long it was away', async () => {
  using folder = scratchFolder();
  let now = 1_000_000;
  const spool = await open(join(folder.path, 'a'), {}, () => now);
  const own = { ...textRequest('own'), keyId: ownKeyId };
  expect((await spool.append(own)).kind).toBe('kept');
  now += 86_400_000;
  const second = await open(killed(join(folder.path, 'a'), join(folder.path, 'b')), {}, () => now);
  expect((await second.append(own)).kind).toBe('absorbed');
  await Promise.all([spool, second].map((each) => each.close()));
});

test('a stored segment keeps its journal for the retries, over a start', async () => {
  using folder = scratchFolder();
  const spool = await open(join(folder.path, 'a'));
  await spool.append(textRequest('unanswered'));
  await spool.drain();
  const [segment] = spool.shelf.waiting();
  await segment!.mark([{ t: 'stored', table: 'otel_logs' }], false);
  await spool.shelf.finished(segment!);
  const second = await open(killed(join(folder.path, 'a'), join(folder.path, 'b')));
  expect(second.status()).toMatchObject({ segments: 0, rows: 0, problems: [] });
  const outcome = await second.append(textRequest('unanswered'));
  expect(outcome.kind).toBe('absorbed');
  second.answered(entryOf(outcome));
  await second.shelf.flush();
  expect(second.status().bytes).toBe(0);
  await Promise.all([spool.close(), second.close()]);
});

test('a full spool refuses, and takes again when the store has taken', async () => {
  using folder = scratchFolder();
  const spool = await open(folder.path, { maxBytes: 2_000 });
  const text = 'x'.repeat(1_200);
  entryOf(await spool.append(textRequest(text)));
  expect(await spool.append(textRequest(text))).toMatchObject({
    kind: 'refused',
    reason: 'spool_full',
    message: expect.stringContaining('SPOOL_MAX_BYTES'),
    retryAfterMs: 5_000,
  });
  await spool.drain();
  expect(await spool.append(textRequest('y'))).toMatchObject({ reason: 'draining' });
  expect(spool.status().refused).toEqual({
    spool_full: 1,
    disk_low: 0,
    spool_failed: 0,
    draining: 1,
  });
  await spool.close();
  const again = await open(folder.path, { maxBytes: 2_000 });
  expect(await again.append(textRequest(text))).toMatchObject({ kind: 'absorbed' });
  expect(await again.append(textRequest(text))).toMatchObject({ reason: 'spool_full' });
  const [segment] = again.shelf.waiting();
  await again.shelf.finished(segment!);
  expect(await again.append(textRequest(text))).toMatchObject({ kind: 'kept' });
  await again.close();
});

test('a segment is sealed, and a commit ends, by what its rows take in the memory of the store', async () => {
  using folder = scratchFolder();
  const spool = await open(folder.path);
  const request = (name: string, unfoldedBytes: number) => {
    const { blocks, ...head } = textRequest(name);
    return { ...head, blocks: blocks.map((block) => ({ ...block, unfoldedBytes })) };
  };
  const names = Array.from({ length: 16 }, (_, n) => `r${n}`);
  await Promise.all(names.map((name) => spool.append(request(name, 12 * 2 ** 20))));
  await spool.drain();
  const rows = spool.shelf.waiting().map((segment) => segment.rows);
  expect(rows.reduce((sum, each) => sum + each, 0)).toBe(16);
  // 64 MiB are passed with the sixth.
  expect(Math.max(...rows)).toBeLessThanOrEqual(6);
  await spool.close();
});

test('a second user of the folder is refused', async () => {
  using folder = scratchFolder();
  const spool = await open(folder.path);
  await expect(open(folder.path)).rejects.toThrow(/in use by another process \(\d+\)/);
  await spool.close();
  await (await open(folder.path)).close();
});

test('what is not a segment is reported and left alone', async () => {
  using folder = scratchFolder();
  const check = async (
    name: string,
    files: Record<string, string>,
    problem: RegExp | undefined,
  ) => {
    const root = join(folder.path, name);
    const at = join(root, 'logs', '0abc-0001-00000000');
    mkdirSync(at, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(at, file), content);
    const spool = await open(root);
    const { problems } = spool.status();
    expect(problems.map((each) => each.problem).join(), name).toMatch(problem ?? /^$/);
    for (const [file, content] of Object.entries(problem ? files : {}))
      expect(readFileSync(join(at, file), 'utf8')).toBe(content);
    await spool.close();
  };
  await check('empty', {}, undefined);
  await check('torn at birth', { journal: '0000' }, undefined);
  await check('no journal', { 'otel_logs.native': 'rows' }, /data but no journal/);
  await check('stranger', { 'notes.txt': 'hello' }, /no journal, but a file notes.txt/);
  await check(
    'begins damaged',
    { journal: 'x\n', 'otel_logs.native': 'rows' },
    /without a readable record/,
  );
  const root = join(folder.path, 'file');
  mkdirSync(join(root, 'logs'), { recursive: true });
  writeFileSync(join(root, 'logs', 'README'), '?');
  const spool = await open(root);
  expect(spool.status().problems).toMatchObject([{ path: join(root, 'logs', 'README') }]);
  await spool.close();
});
