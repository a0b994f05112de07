import { afterEach, expect, test } from 'vitest';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import { openTestServer, type TestServer } from '../testing/test-server.ts';
import { Keys } from './keys.ts';
import { loginAddress } from './login-routes.ts';
import { derivePassword } from './password.ts';
import { sha256 } from './secret.ts';
import { openSessions } from './sessions.ts';

const opened: TestServer[] = [];
async function open(env: Record<string, string> = {}): Promise<TestServer> {
  const server = await openTestServer(env);
  opened.push(server);
  return server;
}
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

const password = 'correct horse';
const withPassword = { CASTELLAN_PASSWORD: password };
const host = 'castellan.example.com';
const own = { host, origin: `https://${host}` };

async function login(server: TestServer, given = password, headers: Record<string, string> = own) {
  return server.app.inject({
    method: 'POST',
    url: '/api/v1/login',
    headers,
    payload: { password: given },
  });
}

async function cookieOf(server: TestServer): Promise<string> {
  const response = await login(server);
  const [cookie] = [response.headers['set-cookie']].flat();
  return cookie!.split(';')[0]!;
}

test('open mode: hosts and origins of others are refused, health is not', async () => {
  const server = await open({ CASTELLAN_ALLOWED_HOSTS: 'castellan' });
  const check = async (url: string, headers: Record<string, string>, status: number) => {
    const response = await server.app.inject({ url, headers });
    expect([url, response.statusCode], JSON.stringify(headers)).toEqual([url, status]);
  };
  const keys = '/api/v1/keys';
  await check(keys, { host: 'localhost:3000' }, 200);
  await check(keys, { host: 'castellan:3000' }, 200);
  await check(keys, { host: 'evil.com' }, 403);
  await check(keys, { host: 'localhost:3000', origin: 'http://evil.com' }, 403);
  await check(keys, { host: 'localhost:3000', 'sec-fetch-site': 'cross-site' }, 403);
  await check('/metrics', { host: 'evil.com' }, 403);
  await check('/metrics', { host: 'localhost' }, 200);
  await check('/api/v1/session', { host: 'evil.com' }, 403);
  await check('/api/v1/openapi.json', { host: 'evil.com' }, 403);
  await check('/api/v1/health', { host: 'evil.com' }, 200);
  await check('/api/v1/ready', { host: 'evil.com' }, 503);
  const forged = { host: 'localhost:3000', 'x-forwarded-host': 'castellan' };
  await check(keys, { ...forged, host: 'evil.com' }, 403);
  const session = await server.app.inject({
    url: '/api/v1/session',
    headers: { host: 'localhost' },
  });
  expect(session.json().data).toEqual({ mode: 'open', authenticated: true });
});

test('with a password: what is open, what is not, and why', async () => {
  const server = await open(withPassword);
  const { secret } = await server.access.tokens.create('ci');
  const check = async (
    url: string,
    authorization: string | undefined,
    status: number,
    hint?: RegExp,
  ) => {
    const response = await server.app.inject({
      url,
      headers: { host, ...(authorization ? { authorization } : {}) },
    });
    expect([url, response.statusCode], authorization).toEqual([url, status]);
    if (hint) expect(JSON.stringify(response.json().error)).toMatch(hint);
  };
  const keys = '/api/v1/keys';
  await check('/api/v1/health', undefined, 200);
  await check('/api/v1/session', undefined, 200);
  await check('/', undefined, 200);
  await check(keys, undefined, 401, /session or an API token/);
  await check('/metrics', undefined, 401);
  await check('/api/v1/nothing', undefined, 401);
  await check(keys, `Bearer ${secret}`, 200);
  await check(keys, `bearer ${secret}`, 200);
  await check('/metrics', `Bearer ${secret}`, 200);
  await check(keys, secret, 401, /token is not known/);
  await check(keys, `Bearer ${secret}x`, 401, /token is not known/);
  await check(keys, 'Bearer cik_abc', 401, /ingestion key, not an API token/);
  await check(keys, `Bearer ${sha256(password)}`, 401, /digest of the password.*Make an API token/);
  await check(keys, `Basic ${btoa(`castellan:${password}`)}`, 401);
  const { tokens } = (
    await server.app.inject({
      url: '/api/v1/tokens',
      headers: { host, authorization: `Bearer ${secret}` },
    })
  ).json().data;
  expect(tokens).toEqual([
    {
      id: expect.any(String),
      name: 'ci',
      hint: `${secret.slice(0, 8)}…`,
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
    },
  ]);
  await server.access.tokens.remove(tokens[0].id);
  await check(keys, `Bearer ${secret}`, 401);
});

test('logging in and out', async () => {
  const server = await open({ ...withPassword, CASTELLAN_PUBLIC_URL: `https://${host}/logs` });
  const wrong = await login(server, 'wrong');
  expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined]);
  expect((await login(server, password, { host, origin: 'https://evil.com' })).statusCode).toBe(
    403,
  );
  const right = await login(server);
  expect(right.json().data).toEqual({ mode: 'password', authenticated: true });
  expect(right.headers['set-cookie']).toMatch(
    /^castellan_session=[\w-]{43}; Max-Age=2592000; Path=\/logs; HttpOnly; Secure; SameSite=Strict$/,
  );
  const cookie = await cookieOf(server);
  const session = async () =>
    (await server.app.inject({ url: '/api/v1/session', headers: { host, cookie } })).json().data
      .authenticated;
  expect(await session()).toBe(true);
  const stored = await server.state.selectFrom('session').select('sha256').execute();
  expect(stored.map((row) => row.sha256)).toContain(sha256(cookie.split('=')[1]!));
  const out = await server.app.inject({
    method: 'POST',
    url: '/api/v1/logout',
    headers: { ...own, cookie },
  });
  expect(out.headers['set-cookie']).toMatch(/^castellan_session=; .*Expires=Thu, 01 Jan 1970/);
  expect(await session()).toBe(false);
});

test('a cookie does not authorise what another page sends', async () => {
  const server = await open(withPassword);
  const cookie = await cookieOf(server);
  const check = async (
    method: 'GET' | 'POST' | 'DELETE',
    headers: Record<string, string>,
    status: number,
  ) => {
    const response = await server.app.inject({
      method,
      url: method === 'DELETE' ? '/api/v1/keys/none' : '/api/v1/keys',
      headers: { host, cookie, ...headers },
      ...(method === 'POST' ? { payload: '{"name":"x"}' } : {}),
    });
    expect(response.statusCode, `${method} ${JSON.stringify(headers)}`).toBe(status);
  };
  const json = { 'content-type': 'application/json' };
  await check('GET', {}, 200);
  await check('GET', { 'sec-fetch-site': 'same-origin' }, 200);
  await check('GET', { origin: `https://${host}` }, 200);
  await check('GET', { origin: 'https://evil.com' }, 403);
  await check('GET', { 'sec-fetch-site': 'cross-site' }, 403);
  await check('POST', { ...json, origin: `https://${host}` }, 201);
  await check('POST', { ...json, origin: `http://${host}` }, 201);
  await check('POST', { ...json, origin: 'https://evil.com' }, 403);
  await check('POST', { ...json, origin: `https://${host}.evil.com` }, 403);
  await check('POST', { ...json, origin: 'null' }, 403);
  await check('POST', { ...json, 'sec-fetch-site': 'same-site' }, 403);
  await check('POST', { 'content-type': 'text/plain' }, 403);
  await check('POST', json, 201);
  await check('DELETE', { origin: 'https://evil.com' }, 403);
  await check('DELETE', { origin: `https://${host}` }, 404);
});

test('login attempts are limited, by address and in all', async () => {
  const server = await open({
    ...withPassword,
    CASTELLAN_LOGIN_ATTEMPTS: '3',
    CASTELLAN_LOGIN_ATTEMPTS_TOTAL: '5',
    CASTELLAN_TRUSTED_PROXIES: 'loopback',
  });
  const from = (address: string, given = 'wrong') =>
    login(server, given, { ...own, 'x-forwarded-for': address });
  for (let attempt = 0; attempt < 3; attempt += 1)
    expect((await from('10.0.0.1')).statusCode).toBe(401);
  const limited = await from('10.0.0.1', password);
  expect([limited.statusCode, limited.json().error.code]).toEqual([429, 'rate_limited']);
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  expect((await from('10.0.0.2')).statusCode).toBe(401);
  expect((await from('10.0.0.3')).statusCode).toBe(401);
  const total = await from('10.0.0.4');
  expect([total.statusCode, total.json().error.message]).toEqual([
    429,
    'there were too many login attempts in all',
  ]);
});

test('forwarded addresses of strangers do not count', async () => {
  const server = await open({ ...withPassword, CASTELLAN_LOGIN_ATTEMPTS: '1' });
  expect((await login(server, 'x', { ...own, 'x-forwarded-for': '1.1.1.1' })).statusCode).toBe(401);
  expect((await login(server, 'x', { ...own, 'x-forwarded-for': '2.2.2.2' })).statusCode).toBe(429);
});

test('whose attempts are counted together', () => {
  const check = (ip: string, expected: string) => expect(loginAddress(ip)).toBe(expected);
  check('10.0.0.1', '10.0.0.1');
  check('::ffff:10.0.0.1', '10.0.0.1');
  check('2001:db8::1', loginAddress('2001:db8::ffff:1'));
  check('not an address', 'not an address');
  expect(loginAddress('2001:db8:0:1::1')).not.toBe(loginAddress('2001:db8::1'));
});

test('passwords: the same text, however it is composed, and nothing else', async () => {
  const verifier = await derivePassword('pässword');
  expect(await verifier.matches('pa\u0308ssword')).toBe(true);
  expect(await verifier.matches('passwort')).toBe(false);
  expect(await verifier.matches('')).toBe(false);
  expect(verifier.stored).not.toContain('ssword');
  expect((await derivePassword('pässword', verifier.stored)).stored).toBe(verifier.stored);
  expect((await derivePassword('other', verifier.stored)).stored).not.toBe(verifier.stored);
});

test('sessions end when they are idle, and at the latest after their time', async () => {
  const server = await open();
  let now = 0;
  const sessions = openSessions(server.state, { idleMs: 1_000, maxMs: 2_500 }, () => now);
  const secret = await sessions.create();
  const check = async (atMs: number, alive: boolean) => {
    now = atMs;
    expect(await sessions.touch(secret), `${atMs}`).toBe(alive);
  };
  await check(900, true);
  await check(1_800, true);
  await check(2_400, true);
  await check(2_500, false);
  const idle = await sessions.create();
  now += 1_000;
  expect(await sessions.touch(idle)).toBe(false);
  await sessions.create();
  expect(await server.state.selectFrom('session').select('sha256').execute()).toHaveLength(1);
});

test('keys: made, rotated with overlap, revoked; receivers hear of it', async () => {
  const server = await open();
  let now = 1_000_000;
  const keys = new Keys(server.state, true, () => now);
  const heard: KeySnapshot[] = [];
  keys.onChange((snapshot) => heard.push(snapshot));
  const made = await keys.create({ name: 'shop', recordsPerSecond: 100 });
  const works = async (secret: string, atMs = now) =>
    (await keys.snapshot()).keys.some(({ secrets }) =>
      secrets.some((each) => each.sha256 === sha256(secret) && (each.untilMs ?? Infinity) > atMs),
    );
  expect(heard.at(-1)).toEqual({
    required: true,
    keys: [
      {
        id: made.key.id,
        name: 'shop',
        secrets: [{ sha256: sha256(made.secret), untilMs: null }],
        recordsPerSecond: 100,
        bytesPerSecond: null,
      },
    ],
  });
  const rotated = await keys.rotate(made.key.id, 5_000);
  expect([await works(made.secret), await works(rotated.secret)]).toEqual([true, true]);
  expect(rotated.key.previousSecretUntil).toBe(new Date(now + 5_000).toISOString());
  expect(await works(made.secret, now + 5_000)).toBe(false);
  now += 6_000;
  expect([await works(made.secret), await works(rotated.secret)]).toEqual([false, true]);
  const at = await keys.rotate(made.key.id, 0);
  expect([await works(rotated.secret), await works(at.secret)]).toEqual([false, true]);

  const use = { requests: 1, records: 10, bytes: 100, refused: 2, lastUsedMs: now };
  await keys.count({ [made.key.id]: use, unknown: use });
  await keys.count({ [made.key.id]: use });
  const revoked = await keys.revoke(made.key.id);
  expect(revoked).toMatchObject({
    counters: { requests: 2, records: 20, bytes: 200, refused: 4 },
    lastUsedAt: new Date(now).toISOString(),
    revokedAt: new Date(now).toISOString(),
  });
  expect(heard.at(-1)).toEqual({ required: true, keys: [] });
  await expect(keys.rotate(made.key.id, 0)).rejects.toMatchObject({ code: 'conflict' });
  await expect(keys.revoke('none')).rejects.toMatchObject({ code: 'not_found' });
});

test('keys and tokens through the API', async () => {
  const server = await open();
  const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const response = await server.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { host: 'localhost' },
      ...(payload ? { payload } : {}),
    });
    return [response.statusCode, response.json().data ?? response.json().error] as const;
  };
  const [created, made] = await call('POST', '/keys', { name: ' shop ' });
  expect([created, made.key.name]).toEqual([201, 'shop']);
  expect(made.secret).toMatch(/^cik_[\w-]{43}$/);
  const check = async (overlap: string | undefined, status: number, message?: RegExp) => {
    const [code, answer] = await call(
      'POST',
      `/keys/${made.key.id}/rotate`,
      overlap === undefined ? undefined : { overlap },
    );
    expect(code).toBe(status);
    if (message) expect(answer.message).toMatch(message);
  };
  await check(undefined, 200);
  await check('1h', 200);
  await check('soon', 400, /body\.overlap: "soon" is not a duration/);
  await check('91d', 400, /at most 90d/);
  const [, list] = await call('GET', '/keys');
  expect(JSON.stringify(list)).not.toContain(made.secret);
  expect((await call('DELETE', `/keys/${made.key.id}`))[0]).toBe(200);
  expect((await call('DELETE', `/keys/${made.key.id}`))[0]).toBe(409);
  expect((await call('DELETE', '/keys/none'))[0]).toBe(404);
  const [, token] = await call('POST', '/tokens', { name: 'ci' });
  expect(token.secret).toMatch(/^cst_[\w-]{43}$/);
  expect((await call('DELETE', `/tokens/${token.token.id}`))[0]).toBe(200);
  expect((await call('DELETE', `/tokens/${token.token.id}`))[0]).toBe(404);
});

test('no secret reaches the state file in the clear', async () => {
  const server = await open(withPassword);
  const secrets = [
    password,
    (await server.access.keys.create({ name: 'a' })).secret,
    (await server.access.tokens.create('b')).secret,
    (await cookieOf(server)).split('=')[1]!,
  ];
  const tables = ['ingestion_key', 'ingestion_key_secret', 'api_token', 'session', 'fact'] as const;
  for (const table of tables) {
    const text = JSON.stringify(await server.state.selectFrom(table).selectAll().execute());
    expect(text.length).toBeGreaterThan(2);
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
});
