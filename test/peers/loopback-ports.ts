import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Free ports on 127.0.0.1 below the range that the kernel gives to outgoing connections, so that
 * a server which is stopped for a while finds its port free when it comes back. `groups` sets of
 * `count` ports, with the same distances in each.
 */
export async function loopbackPorts(groups: number, count: number): Promise<number[][]> {
  for (;;) {
    const first = Array.from({ length: count }, () => 10_000 + Math.floor(Math.random() * 20_000));
    const ports = Array.from({ length: groups }, (_, group) => first.map((port) => port + group));
    if (new Set(ports.flat()).size !== groups * count) continue;
    const free = await Promise.all(ports.flat().map(isFree));
    if (free.every(Boolean)) return ports;
  }
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
