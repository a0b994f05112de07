import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JournalRecord, parseJournal, renderRecords } from './journal.ts';
import { foldJournal, placeParts } from './segment-state.ts';

const header: JournalRecord = {
  t: 'segment',
  v: 1,
  id: 'seg-1',
  signal: 'logs',
  at: 1_000,
  fsync: 'always',
};
const entry = (n: number, offset: number, length: number): JournalRecord => ({
  t: 'entry',
  n,
  batch: n,
  at: 1_000 + n,
  key: 'k"\nü',
  digest: 'ab'.repeat(32),
  parts: [{ table: 'otel_logs', offset, length, rows: 10, crc: 7 }],
});

test('what a damaged journal still says', () => {
  const records = [header, entry(1, 0, 5), entry(2, 5, 7), { t: 'sealed', at: 2_000 } as const];
  const whole = renderRecords(records);
  const start = (index: number) => renderRecords(records.slice(0, index)).length;
  const flip = (at: number) => {
    const copy = Buffer.from(whole);
    copy[at] = copy[at]! ^ 1;
    return copy;
  };
  const check = (
    bytes: Uint8Array,
    expected: { kinds: string; torn?: number; damaged?: number[]; unknown?: boolean },
  ) => {
    const { records: found, tornBytes, damaged, unknown } = parseJournal(bytes);
    expect({
      kinds: found.map((each) => each.t[0]).join(''),
      torn: tornBytes,
      damaged: damaged.map((each) => each.offset),
      unknown: unknown !== undefined,
    }).toEqual({ torn: 0, damaged: [], unknown: false, ...expected });
  };
  check(whole, { kinds: 'sees' });
  check(Buffer.alloc(0), { kinds: '' });
  check(whole.subarray(0, start(2) - 1), { kinds: 's', torn: start(2) - 1 - start(1) });
  check(whole.subarray(0, start(2) + 4), { kinds: 'se', torn: 4 });
  check(flip(start(1) + 20), { kinds: 'ses', damaged: [start(1)] });
  check(flip(start(2) - 1), { kinds: 'ss', damaged: [start(1)] });
  check(flip(start(3) + 3), { kinds: 'see', torn: whole.length - start(3) });
  check(flip(3), { kinds: 'ees', damaged: [0] });
  check(Buffer.concat([whole, Buffer.from('00000000 {}\n')]), { kinds: 'sees', torn: 12 });
  const future = renderRecords([{ t: 'compacted', at: 3 } as unknown as JournalRecord]);
  check(Buffer.concat([whole, future]), { kinds: 'sees', unknown: true });
});

test('whatever is cut off or changed: the records found are records that were written, in order', () => {
  const records = [header, ...Array.from({ length: 8 }, (_, n) => entry(n + 1, n * 10, 10))];
  const whole = renderRecords(records);
  const written = records.map((each) => JSON.stringify(each));
  fc.assert(
    fc.property(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
        maxLength: 4,
      }),
      (length, changes) => {
        const copy = Buffer.from(whole);
        for (const [at, mask] of changes) copy[at] = copy[at]! ^ mask;
        const { records: found } = parseJournal(copy.subarray(0, length));
        let from = 0;
        for (const each of found) {
          const at = written.indexOf(JSON.stringify(each), from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + 1;
        }
        // Each record whose own bytes are intact is found.
        const intact = records.filter((_, index) => {
          const start = renderRecords(records.slice(0, index)).length;
          const end = renderRecords(records.slice(0, index + 1)).length;
          const feedBefore = changes.some(([at]) => at === start - 1);
          return end <= length && !feedBefore && !changes.some(([at]) => at >= start && at < end);
        });
        expect(found.length).toBeGreaterThanOrEqual(intact.length);
      },
    ),
    { numRuns: 500 },
  );
});

test('entries, answers and the cornering so far', () => {
  const state = foldJournal([
    header,
    entry(1, 0, 5),
    entry(2, 5, 5),
    entry(3, 10, 5),
    { t: 'answered', n: [1, 2] },
    { t: 'dropped', n: [3] },
    { t: 'sealed', at: 2_000 },
    { t: 'tried', at: 2_001, tables: { otel_logs: 'one' } },
    { t: 'tried', at: 9_999, tables: { otel_logs: 'two' } },
    { t: 'split', table: 'otel_logs', lo: 0, hi: 2, at: 1 },
    { t: 'piece', table: 'otel_logs', lo: 0, hi: 1 },
    { t: 'stored', table: 'hyperdx_sessions' },
  ])!;
  expect(state.entries.map((each) => each.n)).toEqual([1, 2]);
  expect([...state.answered]).toEqual([1, 2]);
  expect(state.sealedAtMs).toBe(2_000);
  expect(state.tried).toEqual({ otel_logs: 'one' });
  expect(state.ranges.map((each) => each.t)).toEqual(['split', 'piece']);
  expect([...state.storedTables]).toEqual(['hyperdx_sessions']);
  expect(foldJournal([entry(1, 0, 5)])).toBeUndefined();
});

test('data that no record speaks of becomes a part of its own', () => {
  const check = (offsets: [number, number][], fileBytes: number, expected: string) => {
    const entries = offsets.map(([offset, length], n) => entry(n, offset, length));
    const parts = placeParts(
      entries.filter((each) => each.t === 'entry'),
      'otel_logs',
      fileBytes,
    );
    expect(
      parts.map((each) => `${each.offset}+${each.length}${each.entry ? '' : '?'}`).join(' '),
    ).toBe(expected);
  };
  check([], 0, '');
  check(
    [
      [0, 5],
      [5, 7],
    ],
    12,
    '0+5 5+7',
  );
  check(
    [
      [0, 5],
      [8, 7],
    ],
    15,
    '0+5 5+3? 8+7',
  );
  check([[3, 5]], 8, '0+3? 3+5');
  check([[0, 5]], 9, '0+5 5+4?');
  check([], 9, '0+9?');
});
