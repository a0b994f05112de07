import type { Http2Server } from 'node:http2';
import type { Socket } from 'node:net';
import { answerOnSocket } from './http-broken.ts';
import { refuse } from './refusal.ts';

const preface = Buffer.from('PRI * HTTP/2.0', 'latin1');

const notHttp2 = refuse(
  'malformed',
  'This is the OTLP/gRPC port, which speaks HTTP/2; OTLP/HTTP has a port of its own (4318 by default).',
);

/**
 * Looks at the first bytes of a connection: HTTP/2 goes on to `http2`, anything else is told that
 * this is the gRPC port (an HTTP exporter pointed at 4317 is the most common mistake there is).
 */
export function admitConnection(socket: Socket, http2: Http2Server, timeoutMs: number): void {
  const onError = () => socket.destroy();
  const onTimeout = () => socket.destroy();
  socket.on('error', onError);
  socket.setTimeout(timeoutMs, onTimeout);
  socket.once('readable', () => {
    const first: Buffer | null = socket.read();
    if (first === null) {
      socket.destroy();
      return;
    }
    const compared = Math.min(first.length, preface.length);
    if (preface.compare(first, 0, compared, 0, compared) !== 0) {
      answerOnSocket(socket, notHttp2);
      return;
    }
    socket.off('error', onError).off('timeout', onTimeout).setTimeout(0);
    socket.unshift(first);
    http2.emit('connection', socket);
  });
}
