import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/dev/shm';
const folderOf = (pid: number): string => join(root, `castellan-${pid}`);
/** Shared memory may be another container's too, whose processes are not seen from here. */
const abandonedAfterMs = 600_000;

/**
 * A folder in shared memory for the bodies of an engine process, or undefined where there is none
 * (bodies then go to the data folder's disk). Removes what processes that are gone left behind.
 */
export async function makeMemoryFolder(pid: number): Promise<string | undefined> {
  try {
    for (const name of await readdir(root)) await removeAbandoned(name);
    await mkdir(folderOf(pid), { mode: 0o700 });
    return folderOf(pid);
  } catch {
    return undefined;
  }
}

/** For a process that has ended, or is about to. */
export const removeMemoryFolder = (pid: number): Promise<void> =>
  rm(folderOf(pid), { recursive: true, force: true });

async function removeAbandoned(name: string): Promise<void> {
  const pid = /^castellan-(\d+)$/.exec(name)?.[1];
  if (pid === undefined || isAlive(Number(pid))) return;
  const { mtimeMs } = await stat(join(root, name));
  if (Date.now() - mtimeMs > abandonedAfterMs) await removeMemoryFolder(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
