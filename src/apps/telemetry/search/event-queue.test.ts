import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

test('items come in order, and the producer waits only when too much lies ahead', async () => {
  const queue = new EventQueue<number>(10);
  let pushed = 0;
  const producing = (async () => {
    for (let i = 0; i < 6; i++) {
      await queue.push(i, 4);
      pushed++;
    }
    queue.end();
  })();
  await setImmediate();
  expect(pushed).toBe(2);
  const seen: number[] = [];
  for await (const item of queue.drain()) seen.push(item);
  await producing;
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a failure comes after what was pushed before it', async () => {
  const queue = new EventQueue<string>(10);
  await queue.push('a', 1);
  queue.end({ error: new Error('broken') });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const item of queue.drain()) seen.push(item);
  })();
  await expect(reading).rejects.toThrow('broken');
  expect(seen).toEqual(['a']);
});

test('a consumer that leaves lets the producer go', async () => {
  const queue = new EventQueue<number>(1);
  const first = queue.push(1, 5);
  for await (const _ of queue.drain()) break;
  await first;
  await queue.push(2, 5);
});
