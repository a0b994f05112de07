import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DiskSpool, openSpool } from './disk-spool.ts';
import { parseJournal } from './journal.ts';
import {
  keepingLogger,
  scratchFolder,
  spoolOptions,
  textRequest,
} from './testing/scratch-spool.ts';

const folder = scratchFolder();
afterAll(() => folder[Symbol.dispose]());
const original = join(folder.path, 'original');
const sent = Array.from({ length: 6 }, (_, n) => `request-${n}-${'x'.repeat(n * 7)}`);
const tables = ['otel_logs', 'hyperdx_sessions'] as const;
/** The segment as it was killed while open, and as it was killed after its end was written. */
const states: Record<'open' | 'sealed', string> = { open: '', sealed: '' };
let copies = 0;

beforeAll(async () => {
  const spool = await openSpool(spoolOptions(original), keepingLogger());
  for (const text of sent) await spool.append(textRequest(text, tables));
  states.open = copy(original);
  await spool.drain();
  states.sealed = copy(original);
  await spool.close();
});

function copy(from: string): string {
  copies += 1;
  const target = join(folder.path, `copy-${copies}`);
  cpSync(from, target, { recursive: true, filter: (path) => !path.endsWith('lock.sqlite') });
  return target;
}

function fileOf(root: string, name: string): string {
  const [segment] = readdirSync(join(root, 'logs'));
  return join(root, 'logs', segment!, name);
}

/** What a start makes of the folder: each part's text, and which of them are known to be damaged. */
async function recovered(root: string) {
  const logger = keepingLogger();
  const spool = await openSpool(spoolOptions(root), logger);
  try {
    return { ...(await contents(spool)), logger, problems: spool.status().problems };
  } finally {
    await spool.close();
  }
}

async function contents(spool: DiskSpool) {
  const good = { otel_logs: [] as string[], hyperdx_sessions: [] as string[] };
  let damaged = 0;
  for (const segment of spool.shelf.waiting())
    for (const table of tables) {
      if (!segment.tables.has(table)) continue;
      const data = readFileSync(segment.dataPath(table));
      const bad = await segment.damagedParts(table);
      for (const [index, part] of (await segment.parts(table)).entries())
        if (bad.has(index)) damaged += 1;
        else good[table].push(data.toString('utf8', part.offset, part.offset + part.length).trim());
    }
  return { good, damaged };
}

test('nothing happened to it: everything is there', async () => {
  for (const state of ['open', 'sealed'] as const) {
    const { good, damaged, problems } = await recovered(copy(states[state]));
    expect({ ...good, damaged, problems }).toEqual({
      otel_logs: sent,
      hyperdx_sessions: sent,
      damaged: 0,
      problems: [],
    });
  }
});

test('a file of an open segment is cut anywhere: a prefix remains, atomic over its tables', async () => {
  const names = ['journal', 'otel_logs.native', 'hyperdx_sessions.native'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (name, at) => {
        const root = copy(states.open);
        const path = fileOf(root, name);
        const length = Math.floor(readFileSync(path).length * at);
        truncateSync(path, length);
        const whole =
          name === 'journal'
            ? parseJournal(readFileSync(path)).records.filter((each) => each.t === 'entry').length
            : sent.filter((_, n) => sent.slice(0, n + 1).join(' ').length + 1 <= length).length;
        const { good, problems } = await recovered(root);
        // With `always` only the last commit may be incomplete; what else is short, the checksums tell.
        if (problems.length > 0) {
          expect(problems[0]!.problem).toMatch(/journal/);
          return;
        }
        expect(good.otel_logs.length).toBeGreaterThanOrEqual(Math.min(whole, sent.length));
        expect(sent).toEqual(expect.arrayContaining(good.otel_logs));
        expect(good.otel_logs).toEqual([...new Set(good.otel_logs)]);
      },
    ),
    { numRuns: 60 },
  );
});

test('any byte is changed: what is intact is kept, what is not is found out', async () => {
  const names = ['journal', 'otel_logs.native', 'hyperdx_sessions.native'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('open' as const, 'sealed' as const),
      fc.constantFrom(...names),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      async (state, name, where, mask) => {
        const root = copy(states[state]);
        const path = fileOf(root, name);
        const bytes = readFileSync(path);
        const at = Math.floor(bytes.length * where);
        bytes[at] = bytes[at]! ^ mask;
        writeFileSync(path, bytes);
        const { good, damaged, problems, logger } = await recovered(root);
        if (problems.length > 0) {
          expect(problems[0]!.problem).toMatch(/without a readable record/);
          return;
        }
        const known = new Set(sent);
        const strange = good.otel_logs.filter((text) => !known.has(text));
        // A damaged record leaves its data without checksums: kept, and for the store to judge.
        expect(strange.every((text) => text.split('\n').every((line) => known.has(line)))).toBe(
          true,
        );
        const lines = good.otel_logs.flatMap((text) => text.split('\n'));
        expect(lines.length + damaged).toBeGreaterThanOrEqual(sent.length - 1);
        const reported = logger.lines.some(({ level }) => level === 'error' || level === 'warn');
        if (lines.length < sent.length) expect(damaged > 0 || reported).toBe(true);
      },
    ),
    { numRuns: 80 },
  );
});

test('a damaged record in the middle: its data becomes a part without checksum', async () => {
  const root = copy(states.sealed);
  const path = fileOf(root, 'journal');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[3] = lines[3]!.replace('"key"', '"kex"');
  writeFileSync(path, lines.join('\n'));
  const { good, damaged, logger } = await recovered(root);
  expect(good).toEqual({ otel_logs: sent, hyperdx_sessions: sent });
  expect(damaged).toBe(0);
  expect(logger.lines.map((each) => each.event)).toContain('journal_damaged');
});

test('damage in the data of a sealed segment is pinned to its request', async () => {
  const root = copy(states.sealed);
  const path = fileOf(root, 'otel_logs.native');
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('request-2') + 3] = 0;
  writeFileSync(path, bytes);
  const { good, damaged } = await recovered(root);
  expect(good.otel_logs).toEqual(sent.filter((_, n) => n !== 2));
  expect(good.hyperdx_sessions).toEqual(sent);
  expect(damaged).toBe(1);
});

test('a start that is killed is followed by one that finds the same', async () => {
  const root = copy(states.open);
  const path = fileOf(root, 'otel_logs.native');
  truncateSync(path, readFileSync(path).length - 3);
  const first = await recovered(root);
  const second = await recovered(root);
  expect(first.good).toEqual(second.good);
  expect(second.good.otel_logs).toEqual(sent.slice(0, -1));
  expect(second.good.hyperdx_sessions).toEqual(sent.slice(0, -1));
});
