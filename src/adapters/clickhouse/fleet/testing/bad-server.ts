import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** A server that answers as a test wants: it sees what arrives and writes what it likes. */
export interface BadServer {
  readonly port: number;
  /** Connections so far. */
  readonly connections: () => number;
  /** Heads and bodies of the requests so far, as they came. */
  readonly requests: () => readonly string[];
  stop(): Promise<void>;
}

/** Called for each request (a chunk of bytes) with its number, from 1, within the connection. */
export type Answer = (socket: Socket, request: string, number: number) => void;

export async function startBadServer(answer: Answer, tls?: TlsOptions): Promise<BadServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const accept = (socket: Socket): void => {
    connections++;
    sockets.add(socket);
    let number = 0;
    socket
      .on('data', (chunk) => {
        requests.push(chunk.toString('utf8'));
        number++;
        answer(socket, chunk.toString('utf8'), number);
      })
      .on('error', () => socket.destroy())
      .on('close', () => sockets.delete(socket));
  };
  const server: Server = tls ? createTlsServer(tls, accept) : createServer(accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    requests: () => requests,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

/** A whole HTTP answer. */
export const httpText = (
  body: string,
  { status = '200 OK', headers = {} as Record<string, string> } = {},
): string =>
  [
    `HTTP/1.1 ${status}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');

/** Rows as ClickHouse writes them with FORMAT JSONCompact. */
export const compactJson = (columns: readonly string[], data: readonly unknown[][]): string =>
  JSON.stringify({
    meta: columns.map((name) => ({ name, type: 'String' })),
    data,
    rows: data.length,
  });
