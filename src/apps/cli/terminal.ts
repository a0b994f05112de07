import ora from 'ora';
import picocolors from 'picocolors';
import { exitCode } from './exit-code.ts';

const { createColors } = picocolors;

/** Where a command reads from and writes to. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything else: progress, hints, errors. */
  readonly err: (text: string) => void;
  /** Letters in a line. */
  readonly columns: number;
  readonly colors: ReturnType<typeof createColors>;
  readonly errColors: ReturnType<typeof createColors>;
  /** Aborts at Ctrl-C, once `catchInterrupt` was called. */
  readonly interrupted: AbortSignal;
  /** From now on Ctrl-C stops the command in order; a second one ends the process. */
  catchInterrupt(): void;
  /** What the process will exit with; 0 until something fails. */
  exitCode: number;
  /** A line on the terminal that says what is going on; silent where no one looks. */
  startProgress(text: string): Progress;
}

export interface Progress {
  update(text: string): void;
  stop(): void;
}

/** The terminal of this process. */
export function openTerminal(): Terminal {
  const interrupt = new AbortController();
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader has gone, as with `castellan search … | head`: there is no more to do.
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  const colored = (stream: NodeJS.WriteStream) =>
    createColors(!process.env.NO_COLOR && (stream.isTTY || !!process.env.FORCE_COLOR));
  return {
    env: process.env,
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    columns: process.stdout.columns ?? 160,
    colors: colored(process.stdout),
    errColors: colored(process.stderr),
    interrupted: interrupt.signal,
    exitCode: exitCode.ok,
    catchInterrupt() {
      process.on('SIGINT', () => {
        if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
        interrupt.abort();
      });
    },
    startProgress(text) {
      if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
      const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
      return {
        update: (latest) => {
          spinner.text = latest;
        },
        stop: () => spinner.stop(),
      };
    },
  };
}
