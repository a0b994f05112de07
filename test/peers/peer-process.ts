import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server in a process of its own that a test may stop, kill, freeze and start again. */
export interface PeerProcess {
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Starts it and waits until it answers. Does nothing where it runs. */
  start(): Promise<void>;
  /** SIGTERM, then SIGKILL after `patienceMs` (default 20 s); waits for its end. */
  stop(patienceMs?: number): Promise<void>;
  /** Ends it as a crash would (SIGKILL) and waits. */
  kill(): Promise<void>;
  /**
   * Freezes it (SIGSTOP) and waits until each of its threads stands still. The kernel goes on
   * accepting connections for it; nothing answers.
   */
  hang(): Promise<void>;
  /** Lets it go on (SIGCONT). */
  resume(): void;
  /** The end of what it wrote, of all its starts. */
  log(): string;
}

export interface PeerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Whether it answers now; a rejection counts as no. */
  readonly answers: () => Promise<boolean>;
  /** How long a start may take. Default 90 s. */
  readonly startMs?: number;
  /** What it logs when it crashes of itself while starting; it is then started once more. */
  readonly crash?: RegExp;
}

/** A server that may crash of itself is looked at once more after this long. */
const settleMs = 200;
/** Starts of a server that crashes of itself. */
const startLimit = 5;

/**
 * `setpriv --pdeathsig` makes the kernel end the server with the process that started it, however
 * that one ends: a killed test leaves nothing behind.
 */
export function peerProcess(peer: PeerCommand): PeerProcess {
  let child: ChildProcess | undefined;
  const running = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null;
  const log = (): string =>
    existsSync(peer.logFile) ? readFileSync(peer.logFile, 'utf8').slice(-20_000) : '';
  const end = async (signal: NodeJS.Signals, patienceMs: number): Promise<void> => {
    if (child === undefined || !running()) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    const late = setTimeout(() => child?.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(late);
  };
  return {
    get pid() {
      return running() ? child?.pid : undefined;
    },
    get running() {
      return running();
    },
    async start() {
      if (running()) return;
      for (let start = 1; ; start++) {
        const fromByte = existsSync(peer.logFile) ? statSync(peer.logFile).size : 0;
        child = launch(peer);
        const crashed = (): boolean =>
          peer.crash?.test(readFileSync(peer.logFile).subarray(fromByte).toString()) ?? false;
        const outcome = await waitUntilItAnswers(peer, running, crashed);
        if (outcome === 'answers') return;
        await end('SIGKILL', 1_000);
        if (outcome !== 'crashed' || start === startLimit)
          throw new Error(`${peer.name} ${outcome} while starting:\n${log().slice(-4_000)}`);
      }
    },
    stop: (patienceMs = 20_000) => end('SIGTERM', patienceMs),
    kill: () => end('SIGKILL', 1_000),
    async hang() {
      child?.kill('SIGSTOP');
      while (running() && !isFrozen(child?.pid)) await sleep(5);
    },
    resume() {
      child?.kill('SIGCONT');
    },
    log,
  };
}

const isFrozen = (pid: number | undefined): boolean =>
  readdirSync(`/proc/${pid}/task`).every((thread) =>
    /\) T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
  );

function launch(peer: PeerCommand): ChildProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...peer.command], {
    cwd: peer.cwd,
    env: { PATH: process.env.PATH, HOME: peer.cwd, ...peer.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(peer.logFile, { flags: 'a' });
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  child.once('close', () => file.end());
  child.once('error', (error) => file.write(`cannot start: ${error.message}\n`));
  child.unref();
  return child;
}

async function waitUntilItAnswers(
  peer: PeerCommand,
  running: () => boolean,
  crashed: () => boolean,
): Promise<'answers' | 'crashed' | 'ended' | 'does not answer'> {
  const giveUp = Date.now() + (peer.startMs ?? 90_000);
  for (;;) {
    const answers = await peer.answers().catch(() => false);
    if (answers) await sleep(peer.crash ? settleMs : 0);
    if (existsSync(peer.logFile) && crashed()) return 'crashed';
    if (answers) return 'answers';
    if (!running()) return 'ended';
    if (Date.now() > giveUp) return 'does not answer';
    await sleep(50);
  }
}
