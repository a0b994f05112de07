import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StatementGate } from './statement-gate.ts';

const forever = new AbortController().signal;

test('as many as may run, the others in order', async () => {
  const gate = new StatementGate(2, 10);
  const entered: number[] = [];
  const leaves: (() => void)[] = [];
  for (let i = 0; i < 5; i++)
    gate.enter(forever).then((leave) => {
      entered.push(i);
      leaves.push(leave);
    });
  await setImmediate();
  expect(entered).toEqual([0, 1]);
  leaves[0]?.();
  leaves[0]?.();
  await setImmediate();
  expect(entered).toEqual([0, 1, 2]);
  leaves[1]?.();
  leaves[2]?.();
  await setImmediate();
  expect(entered).toEqual([0, 1, 2, 3, 4]);
});

test('who leaves the line makes room in it', async () => {
  const gate = new StatementGate(1, 1);
  const leave = await gate.enter(forever);
  const controller = new AbortController();
  const waiting = gate.enter(controller.signal);
  await expect(gate.enter(forever)).rejects.toMatchObject({ code: 'rate_limited' });
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = gate.enter(forever);
  leave();
  (await next)();
  (await gate.enter(forever))();
  await expect(gate.enter(controller.signal)).rejects.toThrow('gone');
});
