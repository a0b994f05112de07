import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger, startTestStore } from '../testing/test-store.ts';
import { type CountSearch, createCountSearch } from './count-search.ts';

let stop: () => Promise<void>;
let count: CountSearch;
const startMs = Date.UTC(2026, 0, 1, 12);

beforeAll(async () => {
  const { store, run, stop: end } = await startTestStore({ textIndexes: true });
  stop = end;
  count = createCountSearch({ store, logger: silentLogger });
  const rows = [
    [0, 'error one'],
    [999, 'fine'],
    [1_000, 'error two'],
    [5_000, 'error three'],
    [5_001, 'fine'],
    [9_999, 'error four'],
    [10_000, 'error too late'],
    [-1, 'error too early'],
  ].map(
    ([atMs, body]) => `(fromUnixTimestamp64Milli(${startMs + Number(atMs)}), 'web', '${body}')`,
  );
  await run(
    `INSERT INTO castellan.otel_logs (Timestamp, ServiceName, Body) VALUES ${rows.join(', ')}`,
  );
});
afterAll(() => stop());

const search = { source: 'logs', fromMs: startMs, toMs: startMs + 10_000, sliceMs: 1_000 } as const;
const signal = new AbortController().signal;

test('rows by slice, from inclusive, to exclusive', async () => {
  const check = async (
    language: 'lucene' | 'sql',
    where: string,
    among: string | undefined,
    found: [number, number][],
    all: [number, number][],
  ) => {
    const base = among === undefined ? {} : { among };
    const counted = await count({ ...search, language, where, ...base }, signal);
    expect([[...counted.found], [...counted.among]], where).toEqual([found, all]);
  };
  const errors: [number, number][] = [
    [0, 1],
    [1, 1],
    [5, 1],
    [9, 1],
  ];
  await check('lucene', 'error', undefined, errors, errors);
  await check('sql', "Body LIKE 'error%' -- of all", undefined, errors, errors);
  const every: [number, number][] = [
    [0, 2],
    [1, 1],
    [5, 2],
    [9, 1],
  ];
  await check('lucene', 'error', '', errors, every);
  await check('lucene', 'error', 'ServiceName:web', errors, every);
  await check('sql', "Body LIKE 'error%' -- of all", "Body != 'x' -- all", errors, every);
  await check(
    'lucene',
    'error',
    'fine',
    [
      [0, 0],
      [5, 0],
    ],
    [
      [0, 1],
      [5, 1],
    ],
  );
  await check('lucene', 'nowhere', undefined, [], []);
});

test('a text that is no query says where', async () => {
  const fails = async (where: string, among: string | undefined, expected: object) => {
    const base = among === undefined ? {} : { among };
    await expect(
      count({ ...search, language: 'sql', where, ...base }, signal),
    ).rejects.toMatchObject({ code: 'invalid_query', ...expected });
  };
  await fails('nope = 1', undefined, { message: expect.stringMatching(/nope/) });
  await fails('1 = (', undefined, { more: { position: { start: 4, end: 5 } } });
  await fails('1', '1) OR (1', { message: expect.stringMatching(/^among: /) });
});
