import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import picocolors from 'picocolors';
import { runCastellan } from '../start.ts';

const entry = fileURLToPath(new URL('../castellan.ts', import.meta.url));

/** What a command has printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command in a process of its own. */
export interface Running {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

/** Starts `castellan` as a person would, with no settings but `env`. */
export function startCommand(words: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [entry, ...words], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { process: child, out: () => out, err: () => err, ended };
}

/** Runs `castellan` in this process, with a terminal that only keeps what it is told. */
export async function runCommand(
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const colors = picocolors.createColors(false);
  const code = await runCastellan(words, {
    env,
    out: (text) => void out.push(`${text}\n`),
    err: (text) => void err.push(`${text}\n`),
    columns: 160,
    colors,
    errColors: colors,
    interrupted: new AbortController().signal,
    catchInterrupt: () => {},
    exitCode: 0,
    startProgress: () => ({ update: () => {}, stop: () => {} }),
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** A server that answers as `handle` says; for what a real one does not do at will. */
export async function openPeer(
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void,
) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    handle(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
