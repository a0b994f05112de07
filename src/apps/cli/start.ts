import { readFileSync } from 'node:fs';
import { DataFolderError, StateError } from '../../adapters/state/index.ts';
import { startDemo } from '../demo/start-demo.ts';
import { startLog } from '../server/observe/pino-log.ts';
import { ListenError, StoreStartError, startServer } from '../server/start.ts';
import { IngestStartError } from '../telemetry/ingest/ingest-options.ts';
import { deadLettersCommand } from './dead-letters-command.ts';
import { demoCommand } from './demo-command.ts';
import { exitCode } from './exit-code.ts';
import { printFailure } from './print-failure.ts';
import { buildProgram, runProgram } from './program.ts';
import { openTerminal } from './terminal.ts';
import { upCommand } from './up-command.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Failures of a start that a person can mend. */
function explainStart(error: unknown): { code: number; message: string } | undefined {
  if (error instanceof DataFolderError || error instanceof StateError)
    return { code: exitCode.dataFolder, message: error.message };
  if (error instanceof StoreStartError)
    return {
      code: error.kind === 'configuration' ? exitCode.usage : exitCode.dataFolder,
      message: error.message,
    };
  if (error instanceof ListenError || error instanceof IngestStartError)
    return { code: exitCode.failure, message: error.message };
  return undefined;
}

/** Runs one command line; returns the exit code. */
export async function runCastellan(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  const up = upCommand(terminal, {
    startLog: (config) => startLog({ level: config.logLevel, format: config.logFormat }),
    startServer: (config, log) => startServer(config, { version, log }),
    explain: explainStart,
  });
  const program = buildProgram(terminal, version, {
    run: [up, demoCommand(terminal, startDemo)],
    operate: [deadLettersCommand(terminal)],
  });
  if (args.length === 0) {
    program.outputHelp();
    return exitCode.usage;
  }
  try {
    return await runProgram(program, args);
  } catch (error) {
    return printFailure(terminal, error);
  }
}
