import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type EmbeddedNode,
  openEmbeddedNode,
} from '../../src/core/health/testing/embedded-node.ts';
import type { Watch } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import { watchEngine } from './fault-watch.ts';

/**
 * Faults of disks on the newest engine: file systems of a few megabytes that fill, and one that is
 * mounted read-only. Where mounting is not allowed, the tests are skipped, with that note.
 */
const folder = mkdtempSync(join(tmpdir(), 'castellan-disks-'));
const mounts = { small: join(folder, 'small'), frozen: join(folder, 'frozen') };
const mounted: string[] = [];

function mount(path: string, options: string): boolean {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    return false;
  }
  mounted.push(path);
  return true;
}
const notAllowed = 'not possible here: mounting';
const allowed = mount(mounts.small, 'size=24m') && mount(mounts.frozen, 'size=1m');

let engine: EmbeddedNode;
beforeAll(() => {
  if (!allowed) return;
  const disks = Object.entries(mounts).map(
    ([name, path]) => `<${name}><path>${path}/</path></${name}>`,
  );
  engine = openEmbeddedNode({
    config: `<local_disk_check_period_ms>200</local_disk_check_period_ms><storage_configuration>
      <disks>${disks.join('')}</disks>
      <policies><small><volumes><only><disk>small</disk></only></volumes></small></policies>
    </storage_configuration>`,
  });
  engine.execute('CREATE DATABASE d');
});
afterAll(() => {
  engine?.close();
  for (const path of mounted) execFileSync('umount', ['-l', path]);
  rmSync(folder, { recursive: true, force: true });
});

/** What is said of one disk; this machine's own may be anything. */
const toldOf = (watch: Watch, disk: string): string[] =>
  watch
    .findings()
    .filter((each) => each.subject.disk === disk)
    .map((each) => `${each.check} ${each.severity}`)
    .sort();

const until = (watch: Watch, disk: string, ...expected: readonly string[]): Promise<string[]> =>
  eventually(
    async () => {
      await watch.rounds();
      return toldOf(watch, disk);
    },
    (found) => JSON.stringify(found) === JSON.stringify(expected),
    60_000,
  );

const newTable = (table: string): void =>
  engine.execute(
    `CREATE TABLE d.${table} (a String) ENGINE = MergeTree ORDER BY tuple() SETTINGS storage_policy = 'small'`,
    `SYSTEM STOP MERGES d.${table}`,
  );
/** Rows that cannot be compressed. */
const fill = (table: string, kilobytes: number): void =>
  engine.execute(`INSERT INTO d.${table} SELECT randomString(1000) FROM numbers(${kilobytes})`);

test('disk-space and merge-headroom: a disk fills', async ({ skip }) => {
  skip(!allowed, notAllowed);
  newTable('large');
  const watch = watchEngine(engine, 'disk-space', 'merge-headroom');
  await watch.rounds(2);
  expect(toldOf(watch, 'small')).toEqual([]);
  fill('large', 5_000);
  fill('large', 5_000);
  await until(watch, 'small', 'merge-headroom warning');
  fill('large', 10_500);
  await until(watch, 'small', 'disk-space warning', 'merge-headroom warning');
  fill('large', 2_300);
  await until(watch, 'small', 'disk-space critical', 'merge-headroom warning');
  const [finding] = watch.findings().filter((each) => each.subject.disk === 'small');
  expect(engine.rows(finding!.fix!.sql)[0]?.slice(0, 2)).toEqual(['d', 'large']);
  engine.execute('DROP TABLE d.large SYNC');
  await until(watch, 'small');
});

test('disk-forecast: it fills minute by minute', async ({ skip }) => {
  skip(!allowed, notAllowed);
  newTable('steady');
  const watch = watchEngine(engine, 'disk-forecast');
  for (let round = 0; round < 60; round++) {
    fill('steady', 40);
    watch.later(60_000);
    await watch.rounds();
  }
  expect(toldOf(watch, 'small')).toEqual(['disk-forecast critical']);
  engine.execute('DROP TABLE d.steady SYNC');
  await eventually(
    async () => {
      watch.later(60_000);
      await watch.rounds();
      return toldOf(watch, 'small');
    },
    (found) => found.length === 0,
    60_000,
  );
});

test('disk-state: a file system is mounted read-only', async ({ skip }) => {
  skip(!allowed, notAllowed);
  const watch = watchEngine(engine, 'disk-state');
  await watch.rounds(2);
  expect(toldOf(watch, 'frozen')).toEqual([]);
  execFileSync('mount', ['-o', 'remount,ro', mounts.frozen]);
  await until(watch, 'frozen', 'disk-state critical');
  expect(watch.findings()[0]?.message).toContain('cannot write to the disk frozen');
  engine.execute(watch.findings()[0]!.fix!.sql);
  execFileSync('mount', ['-o', 'remount,rw', mounts.frozen]);
  await until(watch, 'frozen');
});
