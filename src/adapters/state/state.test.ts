import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataFolderError, openDataFolder, openState, StateError } from './index.ts';
import { stateMigrations } from './state-schema.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castellan-state-'));
});
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The kind and the message of a failure. */
function failure(action: () => unknown): [string, string] {
  try {
    action();
  } catch (error) {
    if (error instanceof DataFolderError) return [error.kind, error.message];
    throw error;
  }
  return ['none', ''];
}

/** Another process that opens the folder, says so, and waits. */
async function otherOwner(folder: string) {
  const script = `
    import { openDataFolder } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    openDataFolder(${JSON.stringify(folder)});
    globalThis.gc();
    console.log('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module-typescript', '-e', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

test('a folder is made, owned, and given back', () => {
  const path = join(root, 'a', 'b');
  const folder = openDataFolder(path);
  expect(JSON.parse(readFileSync(join(path, 'format.json'), 'utf8'))).toEqual({ format: 1 });
  expect(failure(() => openDataFolder(path))[0]).toBe('in_use');
  folder.release();
  openDataFolder(path).release();
  expect(existsSync(join(path, 'owner.json'))).toBe(false);
});

test('one process owns the folder; kill -9 of it gives it back', async () => {
  const child = await otherOwner(root);
  const [kind, message] = failure(() => openDataFolder(root));
  expect(kind).toBe('in_use');
  expect(message).toMatch(
    new RegExp(`in use by another Castellan \\(process ${child.pid}, since 20`),
  );
  expect(message).toMatch(/Stop that one, or set CASTELLAN_DATA_DIR/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  openDataFolder(root).release();
});

test('folders that cannot be used say why and what to do', () => {
  const check = (prepare: (path: string) => void, kind: string, message: RegExp) => {
    const path = mkdtempSync(join(root, 'case-'));
    prepare(path);
    expect(failure(() => openDataFolder(path))).toEqual([kind, expect.stringMatching(message)]);
  };
  const format = (text: string) => (path: string) => writeFileSync(join(path, 'format.json'), text);
  check(format('{"format":2}'), 'newer', /has format 2, .* knows up to 1\. Use the newer version/);
  check(format('{"format":"x"}'), 'unreadable', /does not say which format/);
  check(format('rubbish'), 'unreadable', /does not say which format/);
  check(
    (path) => {
      rmSync(path, { recursive: true });
      writeFileSync(path, '');
    },
    'not_writable',
    /is not a folder\. Remove the file/,
  );
  expect(failure(() => openDataFolder('/dev/null/data'))).toEqual([
    'not_writable',
    expect.stringMatching(/is not a folder\..*set CASTELLAN_DATA_DIR to a folder/),
  ]);
});

test('a folder that is not writable', async () => {
  chmodSync(root, 0o555);
  const script = `
    import { openDataFolder } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    if (process.getuid() === 0) process.setuid(65534);
    try { openDataFolder(${JSON.stringify(root)}); } catch (error) { console.log(error.message); }`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  children.push(child);
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(text)).toMatch(
    /is not writable for user id \d+ \(EACCES\)\. Give this user the folder/,
  );
  chmodSync(root, 0o755);
});

test('the state keeps what it is given, and a second start finds it', async () => {
  const first = await openState(root);
  await first.insertInto('fact').values({ name: 'a', value: 'b' }).execute();
  await first.destroy();
  const second = await openState(root);
  expect(await second.selectFrom('fact').selectAll().execute()).toEqual([
    { name: 'a', value: 'b' },
  ]);
  await second.destroy();
});

test('a damaged state file is named, and left as it is', async () => {
  const path = join(root, 'state.sqlite');
  const check = async (bytes: Buffer, message: RegExp) => {
    writeFileSync(path, bytes);
    const error = await openState(root).catch((failed: unknown) => failed);
    expect(error).toBeInstanceOf(StateError);
    expect((error as Error).message).toMatch(message);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  };
  await check(
    Buffer.from('this is not a database, but long enough to have a header'.repeat(100)),
    /state\.sqlite is damaged \(.*\)\. It was left as it is\. Put back a backup by "castellan restore FILE"/,
  );

  rmSync(path);
  const state = await openState(root);
  await state.destroy();
  const bytes = readFileSync(path);
  bytes.fill(0xff, 4_096, bytes.length);
  await check(bytes, /is damaged/);
});

test('a state file of a newer version is refused', async () => {
  const state = await openState(root);
  await state
    .insertInto('kysely_migration' as 'fact')
    .values({ name: '9999_later', timestamp: '2030' } as never)
    .execute();
  await state.destroy();
  await expect(openState(root)).rejects.toThrow(/written by a newer version of Castellan/);
});

test('a state file of our own is for this user alone; a place that cannot hold one is named', async () => {
  const state = await openState(root);
  await state.destroy();
  expect(statSync(join(root, 'state.sqlite')).mode & 0o777).toBe(0o600);
  const check = async (path: string, message: RegExp) => {
    await expect(openState(root, path)).rejects.toThrow(message);
  };
  const help = /DATABASE_PATH must be a file, in a folder that is there/;
  await check(join(root, 'nowhere', 'state.db'), /nowhere.* cannot be opened: ENOENT/);
  await check(join(root, 'nowhere', 'state.db'), help);
  await check(root, help);
});

test('a database of another program is refused, untouched', async () => {
  const path = join(root, 'clustersight.db');
  const foreign = new DatabaseSync(path);
  foreign.exec('PRAGMA journal_mode = WAL; CREATE TABLE alembic_version (version_num TEXT)');
  foreign.close();
  const bytes = readFileSync(path);
  await expect(openState(root, path)).rejects.toThrow(
    /clustersight\.db is the database of another program, such as ClusterSight .* left as it is/,
  );
  expect(readFileSync(path).equals(bytes)).toBe(true);
  rmSync(path);
  const own = await openState(root, path);
  await own.destroy();
  await (await openState(root, path)).destroy();
  expect(existsSync(join(root, 'state.sqlite'))).toBe(false);
});

test('two processes that start at once migrate once', async () => {
  const script = join(root, 'open.ts');
  writeFileSync(
    script,
    `import { openState } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
     const state = await openState(${JSON.stringify(root)});
     await state.destroy();
     process.exit(0);`,
  );
  const children = [1, 2, 3].map(() => fork(script, { stdio: 'inherit', execArgv: [] }));
  const codes = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(codes.map(([code]) => code)).toEqual([0, 0, 0]);
  const state = await openState(root);
  const rows = await state
    .selectFrom('kysely_migration' as 'fact')
    .select('name')
    .execute();
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(stateMigrations));
  await state.destroy();
});
