import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  currentPosition,
  decodeTailPosition,
  encodeTailPosition,
  type FreshPart,
  type Part,
  planTailRead,
} from './tail-position.ts';

const part = (partition: string, minBlock: number, maxBlock = minBlock, shard = 0): Part => ({
  shard,
  partition,
  name: `${partition}_${minBlock}_${maxBlock}`,
  minBlock,
  maxBlock,
  rows: 1,
});

/** The blocks that a read of fresh parts gives. */
const blocksOf = (fresh: readonly FreshPart[], stored: readonly { key: string; block: number }[]) =>
  fresh.flatMap(({ part: { partition, minBlock, maxBlock }, seen }) =>
    stored
      .filter(({ key, block }) => key === partition && block >= minBlock && block <= maxBlock)
      .filter(({ block }) => block > seen.floor)
      .filter(({ block }) => !seen.ranges.some(([from, to]) => block >= from && block <= to))
      .map(({ key, block }) => `${key}/${block}`),
  );

/**
 * A table as a tail sees it: inserts take the next number and appear later, in any order; parts of
 * one partition that are neighbours merge.
 */
const histories = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('begin' as const), key: fc.constantFrom('a', 'b') }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const), which: fc.nat(5) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('merge' as const), key: fc.constantFrom('a', 'b') }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('poll' as const), resume: fc.boolean() }) },
  ),
  { maxLength: 120, size: 'max' },
);

test('each row is shown once, whatever the order of inserts, merges, polls and reconnections', () => {
  fc.assert(
    fc.property(histories, (history) => {
      let parts: Part[] = [part('a', 1)];
      let position = currentPosition('t', parts);
      let number = 1;
      const begun: { key: string; block: number }[] = [];
      const stored: { key: string; block: number }[] = [{ key: 'a', block: 1 }];
      const shown: string[] = [];
      const poll = () => {
        const { fresh, next } = planTailRead(position, parts);
        shown.push(...blocksOf(fresh, stored));
        position = next;
      };
      for (const step of history) {
        if (step.do === 'begin' && begun.length < 6) begun.push({ key: step.key, block: ++number });
        if (step.do === 'commit' && begun.length > 0) {
          const [insert] = begun.splice(step.which % begun.length, 1);
          if (!insert) continue;
          stored.push(insert);
          parts.push(part(insert.key, insert.block));
        }
        if (step.do === 'merge') {
          // ClickHouse merges over a number only when its insert is finished or given up.
          const waiting = begun.filter(({ key }) => key === step.key).map(({ block }) => block);
          const mine = parts.filter(({ partition }) => partition === step.key);
          const min = Math.min(...mine.map(({ minBlock }) => minBlock));
          const max = Math.max(...mine.map(({ maxBlock }) => maxBlock));
          if (mine.length > 1 && !waiting.some((block) => block > min && block < max))
            parts = [...parts.filter((each) => !mine.includes(each)), part(step.key, min, max)];
        }
        if (step.do === 'poll') {
          if (step.resume) {
            const back = decodeTailPosition(encodeTailPosition(position));
            expect(back).toEqual(position);
            position = back ?? position;
          }
          poll();
        }
      }
      poll();
      poll();
      const expected = stored.slice(1).map(({ key, block }) => `${key}/${block}`);
      expect(shown.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 500 },
  );
});

test('a new partition is new, and so is one on another shard', () => {
  const position = currentPosition('t', [part('20260101', 5, 5, 1)]);
  const check = (parts: Part[], expected: string[]) =>
    expect(planTailRead(position, parts).fresh.map(({ part: { name } }) => name)).toEqual(expected);
  check([part('20260101', 5, 5, 1)], []);
  // Blocks 1–4 may have been stored since, and merged with block 5.
  check([part('20260101', 1, 5, 1)], ['20260101_1_5']);
  check([part('20260101', 6, 6, 1)], ['20260101_6_6']);
  check([part('20260101', 5, 5, 2)], ['20260101_5_5']);
  check([part('20251231', 1, 1, 1)], ['20251231_1_1']);
});

test('the next block after those that were seen is new', () => {
  const position = currentPosition('t', [part('p', 1, 100)]);
  const fresh = (parts: Part[]) => planTailRead(position, parts).fresh.length;
  expect([fresh([part('p', 100)]), fresh([part('p', 101)]), fresh([part('p', 1, 101)])]).toEqual([
    0, 1, 1,
  ]);
});

test('an id stays small: old blocks are one number, and of the partitions the newest are kept', () => {
  const blocks = Array.from({ length: 500 }, (_, i) => part('p', i * 2));
  const [seen] = currentPosition('t', blocks).partitions.values();
  expect(seen?.ranges.length).toBeLessThan(40);
  const days = Array.from({ length: 300 }, (_, i) => part(String(20_000_000 + i), 1));
  const position = currentPosition('t', days);
  expect(position.partitions.size).toBe(200);
  expect(encodeTailPosition(position).length).toBeLessThan(4_000);
  expect(planTailRead(position, days).fresh).toEqual([]);
});

test('what no tail gave out is no position', () => {
  for (const text of [
    '',
    '1:',
    '2:t',
    '1:t;',
    '1:t;p',
    '1:t;p,x',
    "1:t;p',1",
    '1:t;p,1,2-',
    '1:t;p,1,-2',
  ])
    expect(decodeTailPosition(text), text).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => decodeTailPosition(text) === undefined));
  expect(decodeTailPosition('1:t')).toEqual({ table: 't', partitions: new Map() });
});
