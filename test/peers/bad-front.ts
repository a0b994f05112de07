import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real server's HTTP interface. */
export interface Upstream {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * How the front answers: as the server behind it does, with its clock a day ahead, or never, with
 * what is no HTTP, byte by byte, with half an answer, or with rows without end.
 */
export type Manner = 'well' | 'dayAhead' | 'hangs' | 'rubbish' | 'drips' | 'cutsOff' | 'floods';

/** A front before a real ClickHouse that behaves badly when it is told to. */
export interface BadFront {
  readonly port: number;
  behave(manner: Manner): void;
  /** From now on another server is behind the same address. */
  lead(upstream: Upstream): void;
  stop(): Promise<void>;
}

/** Starts a front; whoever asks is let in as the user of `upstream`. */
export async function startBadFront(
  upstream: Upstream,
  manner: Manner = 'well',
): Promise<BadFront> {
  let behind = upstream;
  let now = manner;
  const server = createServer((request, response) => {
    manners[now](behind, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    behave(next) {
      now = next;
      server.closeIdleConnections();
    },
    lead(next) {
      behind = next;
    },
    async stop() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

type Answer = (
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n';
const meta = '{"meta":[{"name":"kind","type":"String"}],"data":[';

const manners: Readonly<Record<Manner, Answer>> = {
  well: (upstream, request, response) => forward(upstream, request, response, (text) => text),
  dayAhead: (upstream, request, response) => forward(upstream, request, response, aDayAhead),
  hangs: () => new Promise(() => {}),
  async rubbish(_upstream, request) {
    request.socket.end('\u0000\u00ffSSH-2.0-what\r\n\r\n'.repeat(50));
  },
  async drips(_upstream, request) {
    request.socket.write(head + meta);
    while (!request.socket.destroyed) {
      request.socket.write(' ');
      await sleep(100);
    }
  },
  async cutsOff(_upstream, request) {
    request.socket.write(head + meta, () => request.socket.destroy());
  },
  async floods(_upstream, _request, response) {
    response.write(meta);
    const rows = '["gauge","x","1"],'.repeat(5_000);
    while (!response.destroyed) if (!response.write(rows)) await once(response, 'drain');
  },
};

async function forward(
  { url, username, password }: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  change: (text: string) => string,
): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const answer = await fetch(`${url}${request.url}`, {
    method: request.method ?? 'POST',
    headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    ...(body === '' ? {} : { body }),
  });
  const headers = [...answer.headers].filter(([name]) => name.startsWith('x-clickhouse'));
  response.writeHead(answer.status, Object.fromEntries(headers));
  response.end(change(await answer.text()));
}

/** The row in which a server tells its time, in seconds or in milliseconds. */
const aDayAhead = (text: string): string =>
  text.replace(/(\["server", *"time", *")(\d+)/, (_, row: string, time: string) => {
    const day = time.length > 11 ? 86_400_000 : 86_400;
    return `${row}${Number(time) + day}`;
  });
