import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { segmentStore } from './insert-range.ts';
import { RealStore } from './testing/real-store.ts';
import { finishRun, startRun } from './testing/storing-run.ts';

const program = fileURLToPath(new URL('./testing/storing-child.ts', import.meta.url));
const cycles = Number(process.env.CASTELLAN_CRASH_CYCLES ?? 6);

/** One life under load, ended by kill -9; returns the ids that it acknowledged. */
async function live(dataDir: string, first: number): Promise<number[]> {
  const child = spawn(process.execPath, [program, dataDir, String(first)]);
  const acknowledged: number[] = [];
  let rest = '';
  let problems = '';
  const opened = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('kept ')) acknowledged.push(Number(line.slice(5)));
      else if (line === 'open') opened.resolve();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    problems += chunk.toString();
  });
  child.once('exit', () => opened.resolve());
  await opened.promise;
  await pause(Math.random() * 800);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(problems).toBe('');
  return acknowledged;
}

test(`load, kill -9, start again, ${cycles} times: nothing lost, nothing doubled, roll-ups agree`, {
  timeout: 60_000 + cycles * 20_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'castellan-crash-'));
  const acknowledged = new Set<number>();
  let first = 1;
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    for (const id of await live(dataDir, first)) acknowledged.add(id);
    first = Math.max(first, ...acknowledged) + 100;
  }
  const real = await RealStore.start(dataDir);
  try {
    const run = await startRun(dataDir, segmentStore(real.store));
    expect(run.spool.status().problems).toEqual([]);
    expect(await finishRun(run, 50_000)).toBe(true);
    const { bodies, rolledUp } = await real.bodies();
    const counts = new Map<string, number>();
    for (const body of bodies) counts.set(body, (counts.get(body) ?? 0) + 1);
    const poisoned = (id: number) => id % 40 === 0;
    const lost = [...acknowledged].filter((id) => !poisoned(id) && !counts.has(`id-${id}`));
    const doubled = [...counts].filter(([, count]) => count > 1);
    expect({ lost, doubled, rolledUp }).toEqual({ lost: [], doubled: [], rolledUp: bodies.length });
    expect(bodies.some((body) => body.startsWith('poison'))).toBe(false);
    const letters = await run.deadLetters.list();
    const dead = letters.reduce((sum, each) => sum + each.requests, 0);
    expect(dead).toBeGreaterThanOrEqual([...acknowledged].filter(poisoned).length);
    expect(new Set(letters.map((each) => each.cause))).toEqual(new Set(['rejected']));
    expect(acknowledged.size).toBeGreaterThan(cycles * 10);
  } finally {
    await real.stop();
  }
});
