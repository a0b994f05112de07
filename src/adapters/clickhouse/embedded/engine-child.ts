import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { sqlName } from '../../../base/sql-text.ts';
import { EngineHost } from './engine-host.ts';
import { loadEngine } from './engine-library.ts';
import type { ChildMessage, ParentMessage, StartMessage } from './engine-messages.ts';
import { HttpFront, listen } from './http-front.ts';
import { makeMemoryFolder, removeMemoryFolder } from './memory-folder.ts';
import { QueryLog } from './query-log.ts';

/**
 * The child process that holds the engine. It lives as long as its parent: when the channel to the
 * parent closes, however the parent died, it stops.
 */
let front: HttpFront | undefined;
let host: EngineHost | undefined;
let log: QueryLog | undefined;
let stopping = false;

const tell = (message: ChildMessage): void => {
  // The parent may be gone already; then nobody needs to know.
  process.send?.(message, () => undefined);
};

async function start(message: StartMessage): Promise<void> {
  loadEngine();
  const spillDir = join(message.dataDir, 'tmp');
  const memoryDir = await makeMemoryFolder(process.pid);
  await mkdir(spillDir, { recursive: true });
  await emptyFolder(spillDir);
  host = await EngineHost.open(message.engineDir, message.maxConcurrentQueries);
  await host.control(`CREATE DATABASE IF NOT EXISTS ${sqlName(message.database)}`);
  const [version = '', timezone = ''] = (await host.control('SELECT version(), timezone()'))
    .trim()
    .split('\t');
  const queryLog = new QueryLog(host, spillDir, (reason) => {
    tell({ type: 'log', level: 'warn', event: 'query_log_not_written', fields: { reason } });
  });
  await queryLog.open();
  log = queryLog;
  front = new HttpFront(host, {
    token: message.token,
    database: message.database,
    version,
    timezone,
    limits: {
      memoryBytes: message.memoryBodyBytes,
      maxBytes: message.maxBodyBytes,
      spillDir,
      memoryDir,
    },
    allowInsertFile: (path) => isBelow(path, message.dataDir),
    onQuery: (entry) => queryLog.record(entry),
  });
  const port = await listen(front.server, '127.0.0.1', message.port);
  tell({ type: 'ready', port, version });
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    await rm(join(folder, name), { recursive: true, force: true });
}

async function isBelow(path: string, folder: string): Promise<boolean> {
  if (!isAbsolute(path)) return false;
  const [file, root] = await Promise.all([realpath(path).catch(() => ''), realpath(folder)]);
  return file.startsWith(root + sep);
}

async function stop(deadlineMs: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Leaving while a query runs hangs; the data is safe without a goodbye.
  const force = setTimeout(() => process.kill(process.pid, 'SIGKILL'), deadlineMs + 5_000);
  await front?.drain(deadlineMs);
  if (front && front.active > 0) process.kill(process.pid, 'SIGKILL');
  await log?.flush();
  await removeMemoryFolder(process.pid);
  await host?.close();
  clearTimeout(force);
  process.exit(0);
}

process.on('message', (message: ParentMessage) => {
  if (message.type === 'stop') void stop(message.deadlineMs);
  else
    start(message).catch((error: NodeJS.ErrnoException) => {
      tell({ type: 'failed', code: error.code ?? '', message: error.message });
      stopping = true;
      process.exitCode = 1;
      void removeMemoryFolder(process.pid).finally(() => process.disconnect());
    });
});
process.on('disconnect', () => {
  // The parent is gone and nobody waits for answers. Its successor needs the folder now, and what
  // was acknowledged is on disk.
  if (!stopping)
    void removeMemoryFolder(process.pid).finally(() => process.kill(process.pid, 'SIGKILL'));
});
// Ctrl-C reaches the whole group; the parent decides when the engine stops.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
