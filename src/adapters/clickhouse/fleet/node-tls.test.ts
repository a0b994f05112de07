import { afterAll, afterEach, expect, test } from 'vitest';
import type { TlsSettings } from '../../../model/fleet/cluster.ts';
import { connectNode, type NodeClient } from './node-client.ts';
import { NodeError } from './node-error.ts';
import { type BadServer, compactJson, httpText, startBadServer } from './testing/bad-server.ts';
import { createAuthority } from './testing/certificates.ts';

const authority = createAuthority();
const good = authority.issue('db.example');
afterAll(() => authority.close());
const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const serve = async (
  options: Parameters<typeof startBadServer>[1] & object,
): Promise<BadServer> => {
  const server = await startBadServer(
    (socket) => socket.write(httpText(compactJson(['x'], [['1']]))),
    options,
  );
  ending.push(() => server.stop());
  return server;
};
const server = (pair = good, more = {}): Promise<BadServer> =>
  serve({ cert: pair.certificate, key: pair.key, ...more });

const clientOf = (port: number, tls: TlsSettings | undefined, secure = true): NodeClient => {
  const client = connectNode({
    host: '127.0.0.1',
    port,
    username: 'default',
    password: '',
    secure,
    tls,
  });
  ending.push(() => client.close());
  return client;
};

const trusted = { ca: authority.ca, serverName: 'db.example' };

test('a CA, a name of its own and when the certificate ends', async () => {
  const { port } = await server();
  const client = clientOf(port, trusted);
  expect((await client.run('SELECT 1')).rows).toEqual([['1']]);
  expect(client.certificate?.subject).toBe('CN=db.example');
  expect(client.certificate?.issuer).toBe('CN=Test authority');
  const days = ((client.certificate?.expiresMs ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(9);
  expect(days).toBeLessThan(11);
});

test('statements one after the other share connections and their handshakes', async () => {
  const { port, connections } = await server();
  const client = clientOf(port, trusted);
  for (let asked = 0; asked < 10; asked++) await client.run('SELECT 1');
  // The first may not be free yet at the moment when it has answered.
  expect(connections()).toBeLessThan(3);
});

test('a client certificate is shown where the server asks for one', async () => {
  const { port } = await server(good, { ca: authority.ca, requestCert: true });
  const own = authority.issue('monitor');
  const client = clientOf(port, { ...trusted, certificate: own.certificate, key: own.key });
  expect((await client.run('SELECT 1')).rows).toEqual([['1']]);
});

test('what is wrong with TLS, and what to do', async () => {
  const check = async (client: NodeClient, layer: string, hint: RegExp) => {
    const error = await client.run('SELECT 1').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof NodeError)) throw new Error(`no NodeError but ${String(error)}`);
    expect([error.layer, error.hint], error.message).toEqual([layer, expect.stringMatching(hint)]);
  };
  const { port } = await server();
  await check(clientOf(port, undefined), 'tls', /give its certificate as the CA/);
  await check(clientOf(port, { ca: authority.ca }), 'tls', /is for another name/);
  await check(clientOf(port, { ca: 'no PEM' }), 'tls', /must be PEM text|give its certificate/);
  await check(clientOf(port, { ...trusted, certificate: 'x', key: 'y' }), 'tls', /must be PEM/);
  const two = authority.issue('other');
  await check(
    clientOf(port, { ...trusted, certificate: good.certificate, key: two.key }),
    'tls',
    /does not belong/,
  );
  await check(clientOf(port, undefined, false), 'tcp', /another protocol \(TLS/);
  const expired = await server(authority.issue('db.example', -1));
  await check(clientOf(expired.port, trusted), 'tls', /has expired/);
  const demanding = await server(good, { ca: authority.ca, requestCert: true });
  await check(clientOf(demanding.port, trusted), 'tcp', /client certificate/);
  const plain = await startBadServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  ending.push(() => plain.stop());
  await check(clientOf(plain.port, trusted), 'tls', /does not speak TLS/);
});

test('a port that stays silent in the handshake', async () => {
  const silent = await startBadServer(() => {});
  ending.push(() => silent.stop());
  const target = { host: '127.0.0.1', port: silent.port, username: '', password: '', secure: true };
  const client = connectNode(target, { limits: { responseMs: 200 } });
  ending.push(() => client.close());
  await expect(client.run('SELECT 1')).rejects.toMatchObject({
    layer: 'tls',
    hint: expect.stringContaining('does not speak TLS'),
  });
});
