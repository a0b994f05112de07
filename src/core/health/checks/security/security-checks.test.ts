import { test } from 'vitest';
import type { ReadingRow } from '../../../../model/fleet/reading.ts';
import { logRows } from '../../testing/log-rows.ts';
import { caseStartMs, type NodeCase, proveCheck } from '../../testing/prove-check.ts';
import { backupAge } from './backup-age.ts';
import { backupFailure } from './backup-failure.ts';
import { backupShape } from './backup-shape.ts';
import { loginFailures } from './login-failures.ts';
import { tlsExpiry } from './tls-expiry.ts';
import { weakAccount } from './weak-account.ts';

const hour = 3_600;
const day = 24 * hour;
const backup = (row: ReadingRow): ReadingRow => ({
  series: "Disk('backups', '#')",
  status: 'BACKUP_CREATED',
  ageSeconds: hour,
  durationSeconds: 600,
  sizeBytes: 1e9,
  error: '',
  ...row,
});
const log = (...rows: readonly ReadingRow[]): NodeCase => ({
  rows: { backup_log: rows.map(backup) },
});

test('backup-age: the newest of all servers that was created', () => {
  proveCheck(backupAge, [
    { name: 'well', node: log({ ageSeconds: day }, { ageSeconds: 9 * day }), expected: [] },
    { name: 'well on one of two', nodes: [log({}), log({ ageSeconds: 9 * day })], expected: [] },
    { name: 'old', node: log({ ageSeconds: day + 1 }), expected: [{ severity: 'warning' }] },
    { name: 'very old', node: log({ ageSeconds: 3 * day }), expected: [{ severity: 'critical' }] },
    {
      name: 'a newer one failed',
      node: log({ ageSeconds: 3 * day }, { status: 'BACKUP_FAILED' }),
      expected: [{ severity: 'critical' }],
    },
    {
      name: 'just started, old',
      node: { ...log({ ageSeconds: 36 * hour }), uptimeMs: 47 * hour * 1_000 },
      expected: [],
    },
    {
      name: 'just started, very old',
      node: { ...log({ ageSeconds: 9 * day }), uptimeMs: 47 * hour * 1_000 },
      expected: [],
    },
    { name: 'none ever', node: log(), expected: 'unknown' },
  ]);
});

test('backup-failure: the values of status are BACKUP_CREATED and BACKUP_FAILED', () => {
  const failed = (hours: number) => ({
    status: 'BACKUP_FAILED',
    ageSeconds: hours * hour,
    error: 'no space',
  });
  proveCheck(backupFailure, [
    { name: 'well', node: log({}, failed(2), failed(3), failed(4)), expected: [] },
    { name: 'one', node: log(failed(1), { ageSeconds: day }), expected: [{ severity: 'warning' }] },
    {
      name: 'three',
      node: log(failed(1), failed(2), failed(3), { ageSeconds: day }),
      expected: [{ severity: 'critical' }],
    },
    { name: 'only failures', node: log(failed(1)), expected: [{ severity: 'warning' }] },
    { name: 'none ever', node: log(), expected: 'unknown' },
  ]);
});

test('backup-shape: each series against its own last one', () => {
  const two = (newest: ReadingRow, previous: ReadingRow = {}): NodeCase =>
    log(newest, { ageSeconds: day, ...previous });
  const found = [{ severity: 'warning', subject: { object: "Disk('backups', '#')" } }] as const;
  proveCheck(backupShape, [
    { name: 'well', node: two({ sizeBytes: 6e8, durationSeconds: 420 }), expected: [] },
    { name: 'the first', node: log({ sizeBytes: 1 }), expected: [] },
    {
      name: 'another series',
      node: two({ sizeBytes: 1, series: "Disk('other', '#')" }),
      expected: [],
    },
    {
      name: 'both quick',
      node: two({ durationSeconds: 1 }, { durationSeconds: 59 }),
      expected: [],
    },
    { name: 'the last was empty', node: two({ sizeBytes: 0 }, { sizeBytes: 0 }), expected: [] },
    { name: 'smaller', node: two({ sizeBytes: 5.9e8 }), expected: found },
    { name: 'slow', node: two({ durationSeconds: 4 * hour + 1 }), expected: found },
    {
      name: 'quick',
      node: two({ durationSeconds: 400 }),
      expected: found,
    },
    { name: 'none ever', node: log(), expected: 'unknown' },
  ]);
});

test('tls-expiry: what is configured, and what was shown', () => {
  const configured = (days: number): NodeCase => ({
    rows: { certificates: [{ path: '/c.pem', subject: 'CN=a', secondsLeft: days * day }] },
  });
  const shown = (days: number): NodeCase => ({
    certificate: { subject: 'CN=a', expiresMs: caseStartMs + days * day * 1_000 },
  });
  const path = { object: '/c.pem' };
  proveCheck(tlsExpiry, [
    { name: 'well', node: configured(30), expected: [] },
    { name: 'well, shown', node: shown(31), expected: [] },
    { name: 'no TLS', node: {}, expected: 'not_applicable' },
    { name: 'soon', node: configured(29), expected: [{ severity: 'warning', subject: path }] },
    { name: 'very soon', node: configured(9), expected: [{ severity: 'critical', subject: path }] },
    {
      name: 'ended, shown',
      node: shown(-1),
      expected: [{ severity: 'critical', subject: { object: 'of n1:8123' } }],
    },
  ]);
});

test('weak-account: no or a plain password, from anywhere', () => {
  const account = (row: ReadingRow): NodeCase => ({
    rows: {
      accounts: [
        {
          name: 'anna',
          storage: 'local_directory',
          authTypes: ['sha256_password'],
          hostIps: ['::/0'],
          hostPatterns: [],
          hostRegexps: [],
          ...row,
        },
      ],
    },
  });
  const none = { authTypes: ['no_password'] };
  const found = [{ severity: 'critical', subject: { user: 'anna' } }] as const;
  proveCheck(weakAccount, [
    { name: 'well', node: account({}), expected: [] },
    {
      name: 'from itself',
      node: account({ ...none, hostIps: ['::1', '127.0.0.1'] }),
      expected: [],
    },
    {
      name: 'plain, from itself',
      node: account({ authTypes: ['plaintext_password'], hostIps: ['::1'] }),
      expected: [],
    },
    { name: 'no password', node: account(none), expected: found },
    { name: 'IPv4', node: account({ ...none, hostIps: ['0.0.0.0/0'] }), expected: found },
    {
      name: 'a pattern',
      node: account({ ...none, hostIps: [], hostPatterns: ['%'] }),
      expected: found,
    },
    {
      name: 'a regexp',
      node: account({ ...none, hostIps: [], hostRegexps: ['.*'] }),
      expected: found,
    },
    { name: 'plain', node: account({ authTypes: ['plaintext_password'] }), expected: found },
    {
      name: 'one of two ways',
      node: account({ authTypes: ['ssl_certificate', 'no_password'] }),
      expected: found,
    },
  ]);
});

test('login-failures: ten a minute, by the log or else by the errors', () => {
  const node = (perMinute: number): NodeCase => ({
    rows: {
      login_failures: logRows([{ user: 'x', address: '::1', failures: perMinute * 10 }]),
      error_counts: (atMs) => [{ code: 516, count: (perMinute * atMs) / 60_000 }],
    },
  });
  proveCheck(loginFailures, [
    { name: 'well', node: node(10), expected: [] },
    { name: 'many', node: node(11), expected: [{ severity: 'warning' }] },
  ]);
});
