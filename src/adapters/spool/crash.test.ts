import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSpool } from './disk-spool.ts';
import { keepingLogger, scratchFolder, spoolOptions } from './testing/scratch-spool.ts';

const program = fileURLToPath(new URL('./testing/appending-child.ts', import.meta.url));
const cycles = Number(process.env.CASTELLAN_CRASH_CYCLES ?? 12);

interface Said {
  readonly acknowledged: Set<string>;
  readonly refused: Map<string, string>;
  readonly lines: string[];
  readonly child: ChildProcessWithoutNullStreams;
  readonly opened: Promise<unknown>;
}

/** Starts the child, under the limits of `prefix`, and gathers what it says. */
function listen(prefix: readonly string[], args: readonly string[]): Said {
  const [command = process.execPath, ...rest] = [...prefix, process.execPath, program, ...args];
  const child = spawn(command, rest);
  const opened = Promise.withResolvers<void>();
  const said: Said = {
    acknowledged: new Set(),
    refused: new Map(),
    lines: [],
    child,
    opened: opened.promise,
  };
  let rest2 = '';
  const hear = (chunk: Buffer) => {
    const lines = (rest2 + chunk.toString()).split('\n');
    rest2 = lines.pop() ?? '';
    for (const line of lines) {
      const [what, id = '', why = ''] = line.split(' ');
      if (what === 'kept' || what === 'absorbed') said.acknowledged.add(id);
      else if (what === 'refused') said.refused.set(id, why);
      else said.lines.push(line);
      if (what === 'open') opened.resolve();
    }
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', (chunk: Buffer) => said.lines.push(chunk.toString()));
  child.once('exit', () => opened.resolve());
  return said;
}

/** Ids in the spool, per table, with how often each is there. */
async function stored(folder: string) {
  const spool = await openSpool(spoolOptions(folder), keepingLogger());
  const counts = {
    otel_logs: new Map<string, number>(),
    hyperdx_sessions: new Map<string, number>(),
  };
  let damaged = 0;
  for (const segment of spool.shelf.waiting())
    for (const table of ['otel_logs', 'hyperdx_sessions'] as const) {
      damaged += (await segment.damagedParts(table)).size;
      for (const line of readFileSync(segment.dataPath(table), 'utf8').split('\n')) {
        const id = /^id-(\d+)-/.exec(line)?.[1];
        if (id) counts[table].set(id, (counts[table].get(id) ?? 0) + 1);
      }
    }
  const { problems } = spool.status();
  await spool.close();
  return { counts, damaged, problems };
}

test(`kill -9 at random moments, ${cycles} times, with each fsync policy: what was acknowledged is there once`, async () => {
  using folder = scratchFolder();
  const acknowledged = new Set<string>();
  let first = 0;
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const fsync = ['always', 'interval', 'never'][cycle % 3]!;
    const said = listen([], [folder.path, String(first), fsync]);
    await said.opened;
    await pause(Math.random() * 60);
    said.child.kill('SIGKILL');
    await once(said.child, 'close');
    expect(said.lines.filter((line) => line.includes('Error'))).toEqual([]);
    for (const id of said.acknowledged) acknowledged.add(id);
    first = Math.max(first, ...[...said.acknowledged].map(Number)) + 1_000;
  }
  const { counts, damaged, problems } = await stored(folder.path);
  expect({ damaged, problems }).toEqual({ damaged: 0, problems: [] });
  expect(acknowledged.size).toBeGreaterThan(cycles);
  const lost = [...acknowledged].filter((id) => !counts.otel_logs.has(id));
  const doubled = [...counts.otel_logs].filter(([, count]) => count > 1);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  expect(counts.hyperdx_sessions).toEqual(counts.otel_logs);
});

test('the disk takes no more in the middle of a write: refused, and what was acknowledged stays', async () => {
  // A limit on the size of a file makes write() fail half-way as a full disk does, without root.
  const check = async (limitKib: number, bytes: number, count: number) => {
    using folder = scratchFolder();
    const prefix = ['bash', '-c', `ulimit -f ${limitKib}; exec "$@"`, 'limited'];
    const said = listen(prefix, [folder.path, '0', 'always', String(bytes), String(count)]);
    await once(said.child, 'close');
    expect(said.lines.at(-1)).toBe('closed');
    expect(said.refused.size).toBeGreaterThan(0);
    expect([...new Set(said.refused.values())]).toEqual(['spool_failed']);
    expect(said.acknowledged.size + said.refused.size).toBe(count);
    const { counts, damaged, problems } = await stored(folder.path);
    expect({ damaged, problems }).toEqual({ damaged: 0, problems: [] });
    expect(new Set(counts.otel_logs.keys())).toEqual(said.acknowledged);
    expect(counts.hyperdx_sessions).toEqual(counts.otel_logs);
    expect([...counts.otel_logs.values()].every((times) => times === 1)).toBe(true);
    return said.acknowledged.size;
  };
  // Data files reach the limit, then the next segment takes over.
  expect(await check(64, 3_000, 200)).toBeGreaterThan(50);
  // No request fits at all.
  expect(await check(8, 20_000, 20)).toBe(0);
});
