import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DemoTarget, type Instrumentation, startInstrumentation } from './instrumentation.ts';
import { handlers, type Reply, type ServiceName, type Shop } from './shop.ts';

/**
 * One service of the demo: a process of its own. Its parent says where the others listen, and ends
 * it by closing the channel.
 */
export interface Start {
  readonly service: ServiceName;
  readonly target: DemoTarget;
}
export interface Peers {
  readonly ports: Readonly<Partial<Record<ServiceName, number>>>;
}
export interface Listening {
  readonly service: ServiceName;
  readonly port: number;
}

const maxBodyBytes = 64 * 1024;

async function readJson(stream: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) throw new Error(`body of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** An HTTP request as the services make it; the SDK adds the trace context. */
export function request(
  http: Instrumentation['http'],
  port: number,
  path: string,
  body: unknown,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        readJson(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, body: answer }),
          reject,
        );
      },
    );
    outgoing.setTimeout(5_000, () => outgoing.destroy(new Error('no answer within 5 s')));
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}

function serve(instrumentation: Instrumentation, service: ServiceName, peers: Peers): Server {
  const { http } = instrumentation;
  const shop: Shop = {
    ...instrumentation,
    call: (name, path, body = {}) => request(http, peers.ports[name] ?? 0, path, body),
  };
  const handle = handlers[service](shop);
  return http.createServer(async (incoming, outgoing) => {
    let reply: Reply;
    try {
      reply = await handle(incoming.url ?? '/', await readJson(incoming));
    } catch (error) {
      reply = { status: 500, body: { error: (error as Error).message } };
    }
    outgoing.writeHead(reply.status, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(reply.body));
  });
}

/** Runs as the child process that `startDemo` forks. */
function main(): void {
  const ports: Partial<Record<ServiceName, number>> = {};
  let stop = (): Promise<void> => Promise.resolve();
  process.on('message', (message: Start | Peers) => {
    if ('ports' in message) {
      Object.assign(ports, message.ports);
      return;
    }
    const instrumentation = startInstrumentation(message.service, message.target);
    const server = serve(instrumentation, message.service, { ports });
    server.listen(0, '127.0.0.1', () => {
      const listening: Listening = {
        service: message.service,
        port: (server.address() as AddressInfo).port,
      };
      process.send?.(listening);
    });
    stop = () => {
      server.close();
      return instrumentation.stop();
    };
  });
  process.on('disconnect', () => {
    // A receiver that is away must not keep the process: what is pending is given a moment.
    setTimeout(() => process.exit(0), 5_000).unref();
    stop().finally(() => process.exit(0));
  });
  // The parent decides when to end; a Ctrl-C in the terminal reaches every process of the group.
  process.on('SIGINT', () => undefined);
}

if (import.meta.main) main();
