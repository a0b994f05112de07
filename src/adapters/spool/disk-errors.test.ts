import { cpSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { AppendFile } from './append-file.ts';
import { openSpool } from './disk-spool.ts';
import {
  keepingLogger,
  scratchFolder,
  spoolOptions,
  textRequest,
} from './testing/scratch-spool.ts';

// A disk that reports errors at fsync cannot be had without a device of one's own, so the error is
// injected where the system call is made. Full disks are made for real in crash.test.ts.
const eio = () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
afterEach(() => vi.restoreAllMocks());

const waitingTexts = (spool: Awaited<ReturnType<typeof openSpool>>): string[] =>
  spool.shelf
    .waiting()
    .flatMap((segment) => readFileSync(segment.dataPath('otel_logs'), 'utf8').trim().split('\n'));

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await pause(10);
}

test('fsync fails: refused, what was acknowledged before stays, and the next request is taken', async () => {
  using folder = scratchFolder();
  const spool = await openSpool(spoolOptions(folder.path), keepingLogger());
  expect(await spool.append(textRequest('before'))).toMatchObject({ kind: 'kept' });
  const sync = vi.spyOn(AppendFile.prototype, 'sync').mockImplementation(eio);
  expect(await spool.append(textRequest('during'))).toMatchObject({
    kind: 'refused',
    reason: 'spool_failed',
    message: expect.stringContaining('EIO'),
  });
  sync.mockRestore();
  // Killed right now: what was refused is not there.
  using copy = scratchFolder();
  cpSync(folder.path, copy.path, {
    recursive: true,
    filter: (path) => !path.endsWith('lock.sqlite'),
  });
  const killed = await openSpool(spoolOptions(copy.path), keepingLogger());
  expect(waitingTexts(killed)).toEqual(['before']);
  await killed.close();
  expect(await spool.append(textRequest('after'))).toMatchObject({ kind: 'kept' });
  await spool.drain();
  expect(spool.status()).toMatchObject({ broken: 0, kept: 2 });
  expect(waitingTexts(spool).sort()).toEqual(['after', 'before']);
  // The refused request was never there, so its retry is not absorbed by it.
  await spool.close();
  const again = await openSpool(spoolOptions(folder.path), keepingLogger());
  expect(waitingTexts(again).sort()).toEqual(['after', 'before']);
  expect(await again.append(textRequest('during'))).toMatchObject({ kind: 'kept' });
  await again.close();
});

test('the files cannot even be put back: the segment is set aside until they can', async () => {
  using folder = scratchFolder();
  const logger = keepingLogger();
  const spool = await openSpool(spoolOptions(folder.path), logger);
  expect(await spool.append(textRequest('before'))).toMatchObject({ kind: 'kept' });
  vi.spyOn(AppendFile.prototype, 'sync').mockImplementation(eio);
  vi.spyOn(AppendFile.prototype, 'rollback').mockImplementation(eio);
  expect(await spool.append(textRequest('during'))).toMatchObject({ kind: 'refused' });
  expect(spool.status()).toMatchObject({ broken: 1, segments: 1, rows: 1 });
  await until(() => logger.lines.some((each) => each.event === 'segment_repair_failed'));
  expect(spool.shelf.waiting()).toEqual([]);
  vi.restoreAllMocks();
  await until(() => spool.status().broken === 0);
  expect(waitingTexts(spool)).toEqual(['before']);
  await spool.close();
});

test('a write that fails half-way leaves nothing behind', async () => {
  using folder = scratchFolder();
  const spool = await openSpool(spoolOptions(folder.path), keepingLogger());
  expect(
    await spool.append(textRequest('before', ['otel_logs', 'hyperdx_sessions'])),
  ).toMatchObject({
    kind: 'kept',
  });
  const write = AppendFile.prototype.write;
  let writes = 0;
  vi.spyOn(AppendFile.prototype, 'write').mockImplementation(async function (
    this: AppendFile,
    buffers,
  ) {
    writes += 1;
    if (writes < 3) return write.call(this, buffers);
    await write.call(this, [Buffer.from('half a rec')]);
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  });
  expect(
    await spool.append(textRequest('during', ['otel_logs', 'hyperdx_sessions'])),
  ).toMatchObject({
    kind: 'refused',
    reason: 'disk_low',
  });
  vi.restoreAllMocks();
  expect(await spool.append(textRequest('after', ['otel_logs', 'hyperdx_sessions']))).toMatchObject(
    {
      kind: 'kept',
    },
  );
  await spool.close();
  const again = await openSpool(spoolOptions(folder.path), keepingLogger());
  expect(waitingTexts(again)).toEqual(['before', 'after']);
  for (const segment of again.shelf.waiting())
    expect((await segment.damagedParts('hyperdx_sessions')).size).toBe(0);
  await again.close();
});
