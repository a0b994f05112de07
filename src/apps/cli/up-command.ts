import { Command } from 'commander';
import type { Logger } from '../../base/log.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import type { ConfigProblem } from '../../model/config/config-problem.ts';
import { renderProblem } from '../../model/config/config-problem.ts';
import { printProblems } from './config-command.ts';
import { addConfigOptions, readWholeConfig } from './config-options.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** A server as `up` runs it. */
interface RunningServer {
  /** What a person is told on the terminal. */
  readonly banner: readonly string[];
  /** Drains and ends everything. */
  stop(): Promise<void>;
  /** Ends what would outlive the process, at once. */
  kill(): void;
}

export interface UpOptions {
  readonly startLog: (config: CastellanConfig) => Promise<Logger>;
  readonly startServer: (config: CastellanConfig, log: Logger) => Promise<RunningServer>;
  /** The exit code for a failed start that a person can mend, and undefined for others. */
  readonly explain: (error: unknown) => { code: number; message: string } | undefined;
}

/** `castellan up`: everything in one process and its children. */
export const upCommand = (terminal: Terminal, options: UpOptions): Command =>
  addConfigOptions(
    new Command('up')
      .summary('start everything: receivers, store, search, page')
      .description(
        'Starts everything: the page and the API on port 3000, OpenTelemetry receivers on 4317 (gRPC) and 4318 (HTTP), and the store. SIGTERM or Ctrl-C stops it in order; a second one ends it at once.',
      ),
  ).action(async (_flags: object, command: Command) => {
    const resolved = await readWholeConfig(command, terminal);
    if (!resolved.ok) {
      printProblems(terminal, resolved.error);
      terminal.exitCode = exitCode.usage;
      return;
    }
    const { values, warnings } = resolved.value;
    const log = await options.startLog(values);
    warnOf(log, warnings);
    terminal.exitCode = await run(terminal, values, log, options);
  });

function warnOf(log: Logger, warnings: readonly ConfigProblem[]): void {
  for (const warning of warnings) log.warn('config_warning', { detail: renderProblem(warning) });
}

async function run(
  terminal: Terminal,
  config: CastellanConfig,
  log: Logger,
  options: UpOptions,
): Promise<number> {
  let server: RunningServer | undefined;
  const signals = watchSignals(log, () => server?.kill());
  try {
    server = await options.startServer(config, log);
    if (process.stdout.isTTY) for (const line of server.banner) terminal.out(line);
    await signals.first;
  } catch (error) {
    const known = options.explain(error);
    if (known) log.error('start_failed', { detail: known.message });
    else log.error('start_failed', { error });
    return known?.code ?? exitCode.failure;
  }
  return drain(server, config, log);
}

/**
 * One Ctrl-C may arrive twice: from the terminal, and from npm or `timeout`, which hand it on. So
 * soon after the first a signal is taken for its echo.
 */
const echoMs = 1_000;

/** Resolves `first` at SIGTERM or SIGINT; a second one ends the process. */
function watchSignals(log: Logger, kill: () => void): { first: Promise<void> } {
  const codes = { SIGTERM: 143, SIGINT: 130 } as const;
  const { promise: first, resolve } = Promise.withResolvers<void>();
  let stoppingSinceMs: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stoppingSinceMs !== undefined) {
        if (performance.now() - stoppingSinceMs < echoMs) return;
        log.warn('killed', { signal });
        kill();
        process.exit(codes[signal]);
      }
      stoppingSinceMs = performance.now();
      log.info('stopping', { signal });
      resolve();
    });
  return { first };
}

async function drain(server: RunningServer, config: CastellanConfig, log: Logger): Promise<number> {
  const startedMs = performance.now();
  const late = Symbol('late');
  const deadline = new Promise<typeof late>((done) => {
    setTimeout(done, config.drainTimeoutMs, late).unref();
  });
  let code: number = exitCode.ok;
  try {
    if ((await Promise.race([server.stop(), deadline])) === late) {
      log.error('drain_timed_out', {
        timeoutMs: config.drainTimeoutMs,
        detail: 'What was acknowledged is in the spool and is stored after the next start.',
      });
      code = exitCode.failure;
    }
  } catch (error) {
    log.error('stop_failed', { error });
    code = exitCode.failure;
  }
  server.kill();
  log.info('stopped', { elapsedMs: Math.round(performance.now() - startedMs) });
  return code;
}
