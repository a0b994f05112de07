import type { AddressInfo, Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReceiverAddress } from './receiver.ts';

/** Binds `server`; resolves to the port. Rejects with Node's error, which has a code. */
export function listen(server: Server, address: ReceiverAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Counts the open connections of `server`. */
export function countConnections(server: Server): () => number {
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
  });
  return () => open;
}

/** Resolves when `done` holds, looking now and then, or at the deadline. True where it held. */
export async function waitUntil(done: () => boolean, deadlineMs: number): Promise<boolean> {
  const lookMs = 20;
  const end = performance.now() + deadlineMs;
  while (!done()) {
    if (performance.now() >= end) return false;
    await pause(lookMs);
  }
  return true;
}
