import { expect, test } from 'vitest';
import type { Part } from '../../../model/api/operation-api.ts';
import { startLog } from './pino-log.ts';
import { type StoringFacts, spoolPart } from './pipeline.ts';
import { Rates } from './rates.ts';
import { collectReadiness } from './readiness.ts';

const facts = (
  spool: Partial<StoringFacts['spool']> = {},
  inserts: Partial<StoringFacts['inserts']> = {},
): StoringFacts => ({
  spool: {
    bytes: 10,
    maxBytes: 100,
    segments: 1,
    rows: 1,
    oldestAgeMs: 1,
    diskFreeBytes: 1_000,
    kept: 1,
    absorbed: 0,
    broken: 0,
    refused: {},
    ...spool,
  },
  inserts: {
    storedRows: {},
    storedSegments: 0,
    failedInserts: 0,
    waitingForDeadLetters: 0,
    ...inserts,
  },
  deadLetters: { count: 0, bytes: 0 },
});

test('how the spool is, and what to do about it', () => {
  const check = (given: StoringFacts, status: Part['status'], detail?: RegExp) => {
    const part = spoolPart(given, 500);
    expect(part.status).toBe(status);
    if (detail) expect(part.detail).toMatch(detail);
    else expect(part.detail).toBeUndefined();
  };
  check(facts(), 'ok');
  check(facts({ bytes: 100 }), 'full', /holds 100 of 100 bytes.*raise SPOOL_MAX_BYTES/);
  check(
    facts({ diskFreeBytes: 499 }),
    'full',
    /499 bytes left, less than DISK_MIN_FREE_BYTES \(500\)/,
  );
  check(facts({ broken: 1 }), 'degraded', /1 segments could not be put back/);
  check(
    facts({}, { unavailable: { sinceMs: 1, message: 'gone' } }),
    'degraded',
    /takes nothing: gone/,
  );
  check(facts({}, { waitingForDeadLetters: 2 }), 'degraded', /2 rejected segments wait/);
});

test('ready means that every part works; a probe that fails or hangs is no part that works', async () => {
  const ok = (): Part => ({ status: 'ok' });
  const check = async (store: () => Part | Promise<Part>, status: string, part: object) => {
    const ready = await collectReadiness({ store, spool: ok, otlpHttp: ok, otlpGrpc: ok });
    expect([ready.status, ready.parts.store]).toEqual([status, part]);
  };
  await check(ok, 'ready', { status: 'ok' });
  await check(() => ({ status: 'degraded' }), 'ready', { status: 'degraded' });
  await check(() => ({ status: 'starting' }), 'not_ready', { status: 'starting' });
  await check(() => Promise.reject(new Error('no')), 'not_ready', {
    status: 'unavailable',
    detail: 'no',
  });
  await check(() => new Promise(() => {}), 'not_ready', {
    status: 'unavailable',
    detail: 'did not answer within 2000 ms',
  });
});

test('rates over the last minute', () => {
  let now = 0;
  let total = 0;
  const rates = new Rates(
    () => ({ requests: total, records: total * 10 }),
    () => now,
  );
  const check = (atMs: number, requests: number, perSecond: number) => {
    now = atMs;
    total = requests;
    expect(rates.current()).toEqual({
      requestsPerSecond: perSecond,
      recordsPerSecond: perSecond * 10,
    });
  };
  check(0, 0, 0);
  check(10_000, 100, 10);
  check(60_000, 600, 10);
  check(70_000, 700, 10);
  check(130_000, 700, 0);
});

test('the log: one JSON object a line, secrets masked, errors with their stack', () => {
  const lines: string[] = [];
  const log = startLog({
    level: 'info',
    format: 'auto',
    output: { write: (line: string) => void lines.push(line) },
  });
  log.debug('unheard');
  log.info('plain');
  log.warn('fields', { password: 'hunter2', nested: { token: 'hunter2' }, port: 1 });
  log.error('failed', { error: new Error('outer', { cause: new Error('inner') }) });
  const [plain, fields, failed] = lines.map((line) => JSON.parse(line));
  expect(plain).toEqual({ level: 'info', time: expect.any(String), event: 'plain' });
  expect(fields).toMatchObject({
    level: 'warn',
    password: '********',
    nested: { token: '********' },
    port: 1,
  });
  expect(failed.error.stack).toMatch(/outer[\s\S]*inner/);
});
