import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingRow } from '../../model/fleet/reading.ts';
import { checks } from './catalogue.ts';
import type { Check } from './check.ts';
import type { Situation } from './testing/check-case.ts';
import type { NodeCase } from './testing/prove-check.ts';
import { runCase } from './testing/run-case.ts';

/** Traps that published monitors of ClickHouse fell into; statements have theirs beside them. */
const checkOf = (id: string): Check => {
  const found = checks.find((check) => check.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

/** The severities that a check finds, as `warning critical`; '' where all is well. */
function found(id: string, situation: Situation | NodeCase): string {
  const whole = 'nodes' in situation || 'node' in situation ? situation : { node: situation };
  const { findings } = runCase(checkOf(id), { name: '', expected: [], ...whole });
  return findings.map((each) => each.severity).join(' ');
}

const rows = (reading: string, ...all: readonly ReadingRow[]): NodeCase => ({
  rows: { [reading]: all },
});

test('1: a failed backup has the status BACKUP_FAILED, not FAILED', () => {
  const backup = (status: string): NodeCase =>
    rows('backup_log', {
      series: 'a',
      status,
      ageSeconds: 60,
      durationSeconds: 1,
      sizeBytes: 1,
      error: 'e',
    });
  expect(found('backup-failure', backup('BACKUP_FAILED'))).toBe('warning');
  expect(found('backup-failure', backup('BACKUP_CREATED'))).toBe('');
});

test('2: a mutation that runs has not failed, though its time of failure is not NULL', () => {
  const mutation = (row: ReadingRow): NodeCase =>
    rows('mutations', { database: 'd', table: 't', mutation: 'm', failReason: '', ...row });
  expect(found('failing-mutation', mutation({ failedAtSeconds: 0 }))).toBe('');
  const failed = (atMs: number) => [
    {
      database: 'd',
      table: 't',
      mutation: 'm',
      failReason: 'Code: 6',
      failedAtSeconds: atMs / 1_000 - 5,
    },
  ];
  expect(found('failing-mutation', { rows: { mutations: failed } })).toBe('critical');
});

test('3: a single burst of errors counts', () => {
  const burst = (agoMs: number) => (agoMs < 30 * 60_000 ? 500 : 0);
  const keeper = { rows: { keeper_table: [{ table: 'zookeeper' }] } };
  const counters = { ZooKeeperHardwareExceptions: burst };
  expect(found('keeper-exceptions', { ...keeper, counters })).toBe('warning');
});

test('4: a view whose refresh failed says so by its exception, whatever its status', () => {
  const view = (exception: string, status: string): NodeCase =>
    rows('view_refreshes', {
      database: 'd',
      view: 'v',
      status,
      exception,
      successAgeSeconds: 1,
      intervalSeconds: 60,
    });
  expect(found('view-refreshes', view('Code: 60', 'Scheduled'))).toBe('warning');
  expect(found('view-refreshes', view('', 'Scheduled'))).toBe('');
});

test('5: lag is read where it is, from system.replicas', () => {
  const late = { database: 'd', table: 't', absoluteDelaySeconds: 400, queueSize: 3 };
  expect(found('replica-lag', rows('replicas', late))).toBe('high');
  const gauges = { ReplicasMaxAbsoluteDelay: 5_000 };
  expect(found('replica-lag', { gauges })).toBe('');
});

test('6: a large merge that gets on is no concern after ten minutes', () => {
  const merge = (progressed: (atMs: number) => number): NodeCase => ({
    rows: {
      merges: (atMs) => [
        {
          database: 'd',
          table: 't',
          part: 'all_1_9_2',
          elapsedSeconds: 700,
          progress: 0.4,
          bytes: 150 * 2 ** 30,
          rowsRead: progressed(atMs),
        },
      ],
    },
  });
  expect(
    found(
      'crawling-merge',
      merge((atMs) => atMs),
    ),
  ).toBe('');
  expect(
    found(
      'crawling-merge',
      merge(() => 1),
    ),
  ).toBe('warning');
});

test('7: one read-only replica is found; a dictionary is late by seconds, not minutes', () => {
  const replica = { database: 'd', table: 't', isReadonly: true, isSessionExpired: false };
  expect(found('replica-readonly', rows('replicas', replica))).toBe('critical');
  const dictionary = (ageSeconds: number): NodeCase =>
    rows('dictionaries', { name: 'x', ageSeconds, lifetimeMaxSeconds: 300, source: 'ClickHouse' });
  expect(found('dictionary-age', dictionary(601))).toBe('warning');
  expect(found('dictionary-age', dictionary(599))).toBe('');
});

test('8: refused inserts are over when no more are refused, not at the next restart', () => {
  expect(found('inserts-held-up', { counters: { RejectedInserts: 900 } })).toBe('');
  expect(found('inserts-held-up', { increases: { RejectedInserts: 1 } })).toBe('critical');
  const restarted = { counters: { RejectedInserts: 900 }, restartsAgoMs: [20 * 60_000] };
  expect(found('inserts-held-up', restarted)).toBe('');
});

test('10: no check relies on the name of a metric that has a device in it', () => {
  const folder = join(import.meta.dirname, 'checks');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const ofDevices =
    /(gauge|gauges|increase)\(\s*[`'"](Block[A-Z]\w*|CPUFrequencyMHz|DiskTotal|DiskUsed|NetworkReceive\w*|NetworkSend\w*|Temperature)_/;
  expect(sources.filter((text) => ofDevices.test(text))).toEqual([]);
});

test('12: failures on one replica count, whatever the log of another says', () => {
  const log = (code: number): NodeCase => ({
    rows: {
      query_minutes: (atMs) => [
        { minute: Math.floor(atMs / 60_000) * 60, code, queries: 100, user: 'u' },
      ],
    },
  });
  const { findings, outcomes } = runCase(checkOf('query-failures'), {
    name: '',
    expected: [],
    nodes: [log(0), log(241)],
  });
  expect(new Set(findings.map((each) => each.subject.node))).toEqual(new Set(['n2:8123']));
  expect(outcomes.map((each) => each.outcome)).toEqual(['ok', 'critical']);
});
