import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { listen } from '../listening.ts';
import type { WorkerStart } from '../worker-protocol.ts';

/** A thread for tests: listens, and at the first byte does what the byte says. */
const { address } = workerData as WorkerStart;
const server = createServer((socket) => {
  socket.once('data', (data) => {
    if (String(data) === 'crash') throw new Error('crashed on purpose');
    if (String(data) === 'exit') process.exit(1);
    if (String(data) === 'hang') for (;;);
  });
});
try {
  const port = await listen(server, address);
  parentPort?.postMessage({ kind: 'listening', port });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  parentPort?.postMessage({ kind: 'failed', code, message });
}
