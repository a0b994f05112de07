import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { Client, credentials, type Metadata, type ServiceError } from '@grpc/grpc-js';

const services = {
  logs: 'logs.v1.LogsService',
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
} as const;

/** Path of a signal's Export method. */
export const exportPath = (signal: keyof typeof services): string =>
  `/opentelemetry.proto.collector.${services[signal]}/Export`;

/** A client of @grpc/grpc-js, the reference implementation. */
export const grpcClient = (port: number): Client =>
  new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  });

/** One unary call; resolves to the answer's bytes, or to the error. */
export function call(
  client: Client,
  path: string,
  message: Uint8Array,
  metadata: Metadata,
  deadlineMs = 10_000,
): Promise<Buffer | ServiceError> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
      message,
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error, value) => resolve(error ?? value ?? Buffer.alloc(0)),
    );
  });
}

/** What a raw HTTP/2 request was answered with. */
export interface RawReply {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly rstCode: number;
}

export const openSession = (
  port: number,
  settings: { initialWindowSize?: number } = {},
): ClientHttp2Session => {
  const session = connect(`http://127.0.0.1:${port}`, { settings });
  // The streams tell what happened.
  session.on('error', () => undefined);
  return session;
};

/** One raw HTTP/2 request whose pieces are written one by one. */
export function rawCall(
  session: ClientHttp2Session,
  path: string,
  pieces: readonly Uint8Array[],
  more: OutgoingHttpHeaders = {},
): Promise<RawReply> {
  return new Promise((resolve) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...more,
    });
    let headers = {};
    let trailers = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    // The reset code tells what happened.
    stream.on('error', () => undefined);
    stream.on('close', () =>
      resolve({ headers, trailers, body: Buffer.concat(chunks), rstCode: stream.rstCode ?? 0 }),
    );
    for (const piece of pieces) stream.write(piece);
    stream.end();
  });
}
