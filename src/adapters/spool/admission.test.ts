import { expect, test } from 'vitest';
import { Admission } from './admission.ts';
import { scratchFolder } from './testing/scratch-spool.ts';

test('what may enter', () => {
  using folder = scratchFolder();
  const check = (used: number, queued: number[], bytes: number, expected: string | undefined) => {
    const admission = new Admission(folder.path, {
      maxBytes: 1_000,
      diskMinFreeBytes: 0,
      maxQueuedBytes: 300,
    });
    admission.occupy(used);
    for (const each of queued) expect(admission.reserve(each)).toBeUndefined();
    expect(admission.reserve(bytes)?.reason).toBe(expected);
  };
  check(0, [], 300, undefined);
  check(900, [], 100, undefined);
  check(900, [], 101, 'spool_full');
  check(800, [150], 51, 'spool_full');
  check(0, [200], 100, undefined);
  check(0, [200], 101, 'spool_full');
  // One request that is larger than the queue may pass while nothing else waits.
  check(0, [], 999, undefined);
});

test('the disk keeps its free bytes, and what was admitted since the last look counts', async () => {
  using folder = scratchFolder();
  const probe = new Admission(folder.path, {
    maxBytes: 2 ** 50,
    diskMinFreeBytes: 0,
    maxQueuedBytes: 2 ** 50,
  });
  await probe.poll();
  const free = probe.freeBytes;
  expect(free).toBeGreaterThan(0);
  const admission = new Admission(folder.path, {
    maxBytes: 2 ** 50,
    diskMinFreeBytes: Math.floor(free / 2),
    maxQueuedBytes: 2 ** 50,
  });
  await admission.poll();
  const third = Math.floor(free / 3);
  expect(admission.reserve(third)).toBeUndefined();
  expect(admission.reserve(third)).toMatchObject({
    reason: 'disk_low',
    message: expect.stringContaining('DISK_MIN_FREE_BYTES'),
  });
  admission.abandoned(third);
  expect(admission.reserve(third)).toBeUndefined();
});
