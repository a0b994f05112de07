import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { StartError } from '../server/start-error.ts';
import { backupCommand, restoreCommand } from './backup-command.ts';
import { CommandFailure } from './command-failure.ts';
import { deadLettersCommand } from './dead-letters-command.ts';
import { demoCommand } from './demo-command.ts';
import { exitCode } from './exit-code.ts';
import { printFailure } from './print-failure.ts';
import { buildProgram, runProgram } from './program.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { upCommand } from './up-command.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const startExitCodes = {
  settings: exitCode.usage,
  data: exitCode.dataFolder,
  address: exitCode.failure,
} as const;

/** The whole command line. What only one command needs is loaded by it. */
export function createProgram(terminal: Terminal): Command {
  const up = upCommand(terminal, {
    async startLog(config) {
      const { startLog } = await import('../server/observe/pino-log.ts');
      return startLog({ level: config.logLevel, format: config.logFormat });
    },
    async startServer(config, log) {
      const { startServer } = await import('../server/start.ts');
      return startServer(config, { version, log });
    },
    explain: (error) =>
      error instanceof StartError
        ? { code: startExitCodes[error.kind], message: error.message }
        : undefined,
  });
  const demo = demoCommand(terminal, async (options) => {
    const { startDemo } = await import('../demo/start-demo.ts');
    return startDemo(options);
  });
  const restore = restoreCommand(terminal, async (file, config) => {
    const { RestoreError, restoreBackup } = await import('../backup/restore-backup.ts');
    try {
      return await restoreBackup(file, config.dataDir, config.databasePath);
    } catch (error) {
      if (!(error instanceof RestoreError)) throw error;
      const code = error.kind === 'archive' ? exitCode.archive : exitCode.dataFolder;
      throw new CommandFailure(code, error.message, { cause: error });
    }
  });
  return buildProgram(terminal, version, {
    run: [up, demo],
    operate: [deadLettersCommand(terminal), backupCommand(terminal), restore],
  });
}

/** Runs one command line; returns the exit code. */
export async function runCastellan(
  args: readonly string[],
  terminal: Terminal = openTerminal(),
): Promise<number> {
  const program = createProgram(terminal);
  if (args.length === 0) {
    program.outputHelp();
    return exitCode.usage;
  }
  try {
    return await runProgram(terminal, program, args);
  } catch (error) {
    return printFailure(terminal, error);
  }
}
