import { connect, type Socket } from 'node:net';

/** What came back on a connection of our own making. */
export interface RawAnswer {
  /** Everything that was received, as Latin-1. */
  readonly text: string;
  /** Status codes, in order. */
  readonly statuses: readonly number[];
  /** Whether the server closed the connection (else the wait ended). */
  readonly closed: boolean;
}

/** Opens a connection to `port` and lets `send` write what it wants; waits at most `waitMs`. */
export function rawHttp(
  port: number,
  send: (socket: Socket) => void,
  waitMs = 5_000,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => send(socket));
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString('latin1');
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
      resolve({ text, statuses, closed });
    };
    const timer = setTimeout(finish, waitMs, false);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => finish(true));
    // What was received until then is the answer.
    socket.on('error', () => undefined);
  });
}

/** The head of a POST request with these header lines. */
export const head = (path: string, ...lines: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');
