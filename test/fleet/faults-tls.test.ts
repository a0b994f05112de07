import { connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNode, type NodeClient } from '../../src/adapters/clickhouse/fleet/index.ts';
import {
  type Authority,
  createAuthority,
} from '../../src/adapters/clickhouse/fleet/testing/certificates.ts';
import { tlsExpiry } from '../../src/core/health/checks/security/tls-expiry.ts';
import { type Watch, watchNodes } from '../../src/core/health/testing/watch-nodes.ts';
import { type ClickHousePair, startClickHousePair } from '../peers/clickhouse-pair.ts';

/** tls-expiry: a real server behind real TLS, whose certificate ends soon and is renewed. */
let pair: ClickHousePair;
let authority: Authority;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  pair = await startClickHousePair();
  authority = createAuthority();
});
afterAll(async () => {
  for (const close of closing) await close();
  await pair?.stop();
  authority?.close();
});

/** A client that reaches the first server through TLS with a certificate for so many days. */
async function throughTls(days: number): Promise<NodeClient> {
  const { certificate, key } = authority.issue('localhost', days);
  const server: Server = createServer({ cert: certificate, key }, (socket) => {
    const behind = connect(pair.servers[0].httpPort, pair.servers[0].host);
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    socket.pipe(behind).pipe(socket);
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  const target = { host: 'localhost', port, username: 'default', password: '', secure: true };
  const client = connectNode({ ...target, tls: { ca: authority.ca } });
  closing.push(
    () => client.close(),
    () => server.close(),
  );
  return client;
}

function watching(client: NodeClient): Watch {
  const rows = async (sql: string): Promise<unknown[][]> =>
    (await client.run(sql)).rows.map((row) => [...row]);
  const observation = () => (client.certificate ? { certificate: client.certificate } : {});
  return watchNodes([{ id: 'localhost:8443', rows, observation }], [tlsExpiry]);
}

test('tls-expiry: the certificate that a server shows', async () => {
  const soon = watching(await throughTls(20));
  await soon.rounds(2);
  expect(soon.findings().map((each) => `${each.severity}: ${each.message}`)).toEqual([
    expect.stringMatching(/^warning: The certificate of localhost:8443 ends in (20 d|19 d 23 h)/),
  ]);
  const verySoon = watching(await throughTls(5));
  await verySoon.rounds(2);
  expect(verySoon.findings().map((each) => each.severity)).toEqual(['critical']);
  const renewed = watching(await throughTls(60));
  await renewed.rounds(2);
  expect(renewed.outcome('tls-expiry')).toBe('ok');
});
