import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Free ports on 127.0.0.1 below the range that the kernel gives to outgoing connections, so that
 * a server which is stopped for a while finds its port free when it comes back.
 */
export async function loopbackPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}
