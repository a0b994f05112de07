import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets, openState, SecretError, type State } from './index.ts';

let root: string;
let state: State;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'castellan-secrets-'));
  state = await openState(root);
});
afterEach(async () => {
  await state.destroy();
  rmSync(root, { recursive: true, force: true });
});

const keyFile = () => join(root, '.key');
const boxes = () => state.selectFrom('secret').selectAll().orderBy('owner').execute();
const fernetKey = () => `${randomBytes(32).toString('base64url')}=`;

test('a secret is sealed, comes back, and the key file is private', async () => {
  const secrets = openSecrets(state, root, undefined);
  expect(existsSync(keyFile())).toBe(false);
  await secrets.put('cluster/a', 'пароль 🔑');
  await secrets.put('cluster/b', '');
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  const [first] = await boxes();
  expect(first?.box).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+\.[\w-]+$/);
  const again = openSecrets(state, root, undefined);
  expect(await again.get('cluster/a')).toBe('пароль 🔑');
  expect(await again.get('cluster/b')).toBe('');
  expect(await again.get('cluster/c')).toBeUndefined();
  expect(await again.problem()).toBeUndefined();
});

test('FERNET_KEY supplies the bytes, and no file is made', async () => {
  const key = fernetKey();
  await openSecrets(state, root, key).put('cluster/a', 'secret');
  expect(existsSync(keyFile())).toBe(false);
  expect(await openSecrets(state, root, key.replace('=', '')).get('cluster/a')).toBe('secret');
  // The same key as a file: what the runbook's backup restores.
  writeFileSync(keyFile(), key);
  expect(await openSecrets(state, root, undefined).get('cluster/a')).toBe('secret');
});

test('a wrong or a lost key is one clear message, and nothing is overwritten', async () => {
  await openSecrets(state, root, undefined).put('cluster/a', 'secret');
  const kept = readFileSync(keyFile(), 'utf8');
  const before = await boxes();
  const check = async (given: string | undefined, expected: RegExp) => {
    const secrets = openSecrets(state, root, given);
    expect(await secrets.problem()).toMatch(expected);
    await expect(secrets.get('cluster/a')).rejects.toThrow(SecretError);
    await expect(secrets.rotate()).rejects.toThrow(SecretError);
    expect(await boxes()).toEqual(before);
  };
  await check(fernetKey(), /1 of 1 passwords cannot be opened: .* but FERNET_KEY holds the key/);
  expect(readFileSync(keyFile(), 'utf8')).toBe(kept);
  rmSync(keyFile());
  await check(undefined, /\.key is not there\. Nothing was changed\. Put back the key/);
  expect(existsSync(keyFile())).toBe(false);
  writeFileSync(keyFile(), kept);
  expect(await openSecrets(state, root, undefined).problem()).toBeUndefined();
});

test('keys that are none are named with their place', () => {
  const check = (given: string | undefined, file: string, expected: RegExp) => {
    writeFileSync(keyFile(), file);
    expect(() => openSecrets(state, root, given)).toThrow(expected);
    expect(readFileSync(keyFile(), 'utf8')).toBe(file);
  };
  check('too short', '', /FERNET_KEY is not a key: expected 32 bytes in base64/);
  check(`${fernetKey()},x`, '', /FERNET_KEY is not a key/);
  check(undefined, 'rubbish', /\.key does not hold a key in line 1/);
  check(undefined, `${fernetKey()}\nrubbish\n`, /in line 2/);
});

test('a box that was changed, cut or moved does not open', async () => {
  const secrets = openSecrets(state, root, undefined);
  await secrets.put('cluster/a', 'secret');
  const box = (await boxes())[0]!.box;
  const check = async (owner: string, changed: string) => {
    await state.deleteFrom('secret').execute();
    await state.insertInto('secret').values({ owner, box: changed }).execute();
    await expect(secrets.get(owner)).rejects.toThrow(/is damaged/);
    expect(await secrets.problem()).toMatch(/1 of 1 passwords cannot be opened/);
  };
  const [version, id, nonce, sealed] = box.split('.') as [string, string, string, string];
  const flipped = Buffer.from(sealed, 'base64url');
  flipped[0] = flipped[0]! ^ 1;
  await check('cluster/b', box);
  await check('cluster/a', [version, id, nonce, flipped.toString('base64url')].join('.'));
  await check('cluster/a', [version, id, nonce, sealed.slice(0, 24)].join('.'));
  await check('cluster/a', 'rubbish');
});

test('rotation seals everything anew; the old key opens nothing any more', async () => {
  const secrets = openSecrets(state, root, undefined);
  await secrets.put('cluster/a', 'one');
  await secrets.put('cluster/b', 'two');
  const oldKey = readFileSync(keyFile(), 'utf8').trim();
  expect(await secrets.rotate()).toBe(2);
  expect(readFileSync(keyFile(), 'utf8').trim().split('\n')).toHaveLength(1);
  expect(await openSecrets(state, root, undefined).get('cluster/b')).toBe('two');
  expect(await openSecrets(state, root, oldKey).problem()).toMatch(/2 of 2 passwords/);

  // With FERNET_KEY the new key stands before the old one until everything is sealed anew.
  const [current, next] = [readFileSync(keyFile(), 'utf8').trim(), fernetKey()];
  expect(await openSecrets(state, root, `${next},${current}`).rotate()).toBe(2);
  expect(await openSecrets(state, root, next).get('cluster/a')).toBe('one');
});
