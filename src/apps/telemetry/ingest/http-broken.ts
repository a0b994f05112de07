import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Refusal, refusalCodes, refuse } from './refusal.ts';

/** What Node's parser and timers report of a connection. */
interface BrokenRequest extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

const http2Preface = 'PRI * HTTP/2.0';

/** What to tell a client whose request cannot even be read; undefined where it has gone. */
export function classifyBrokenRequest(error: BrokenRequest): Refusal | undefined {
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refuse('too_slow', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refuse('headers_too_large', 'The headers of the request are too large.');
    default:
      return error.rawPacket?.subarray(0, http2Preface.length).toString('latin1') === http2Preface
        ? refuse(
            'malformed',
            'This is the OTLP/HTTP port, which speaks HTTP/1.1; gRPC has a port of its own (4317 by default).',
          )
        : refuse('malformed', `This is not an HTTP/1.1 request: ${error.message}.`);
  }
}

/** Writes a refusal as plain text straight to a connection, and closes it. */
export function answerOnSocket(socket: Duplex, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { http } = refusalCodes[refusal.reason];
  const body = `${refusal.message}\n`;
  socket.end(
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
