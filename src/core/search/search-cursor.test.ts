import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earliestNs, latestNs } from './instants.ts';
import { decodeCursor, encodeCursor, type SearchCursor } from './search-cursor.ts';

const owner = {
  source: 'logs',
  where: 'a "b" é',
  language: 'lucene',
  from: '2026-01-01T00:00:00Z',
};

const cursors = fc
  .uniqueArray(fc.bigInt({ min: earliestNs, max: latestNs }), { minLength: 3, maxLength: 3 })
  .chain((times) => {
    const [fromNs = 0n, timeNs = 0n, toNs = 0n] = times.toSorted((a, b) => (a < b ? -1 : 1));
    const number = fc.bigInt({ min: 0n, max: 2n ** 63n });
    return fc.tuple(number, number, fc.nat(1_000), fc.boolean()).map(
      ([block, offset, shard, whole]): SearchCursor => ({
        range: { fromNs, toNs },
        after: whole ? { timeNs, block, offset, shard } : { beforeNs: timeNs },
      }),
    );
  });

test('a cursor comes back as it was, and is a word that needs no escaping', () => {
  fc.assert(
    fc.property(cursors, (cursor) => {
      const text = encodeCursor(cursor, owner);
      expect(text).toMatch(/^[\w-]+$/);
      expect(decodeCursor(text, owner)).toEqual({ ok: true, value: cursor });
    }),
  );
});

test('a cursor of another search is told from a broken one', () => {
  const cursor = { range: { fromNs: 0n, toNs: 9n }, after: { beforeNs: 5n } };
  const text = encodeCursor(cursor, owner);
  const check = (with_: object, expected: RegExp) => {
    const decoded = decodeCursor(text, { ...owner, ...with_ });
    expect(decoded.ok ? 'taken' : decoded.error).toMatch(expected);
  };
  check({ limit: 5 }, /taken/);
  check({ where: 'other' }, /belongs to another search/);
  check({ source: 'traces' }, /belongs to another search/);
  check({ language: 'sql' }, /belongs to another search/);
  check({ from: '2026-01-01T00:00:01Z' }, /belongs to another search/);
  check({ to: 5 }, /belongs to another search/);
});

test('nothing that is not a cursor is taken for one', () => {
  const refused = (text: string) => {
    const decoded = decodeCursor(text, owner);
    return !decoded.ok && /not one that a search gave out/.test(decoded.error);
  };
  const good = encodeCursor({ range: { fromNs: 0n, toNs: 9n }, after: { beforeNs: 5n } }, owner);
  for (const text of ['', 'a', '====', `${good}.`, good.slice(0, 20), 'x'.repeat(5_000), '%00'])
    expect(refused(text), text).toBe(true);
  fc.assert(fc.property(fc.string(), refused));
  fc.assert(fc.property(fc.base64String(), refused));
});
