import { Command } from 'commander';
import { otherVariables } from '../../model/config/castellan-config.ts';
import { ClientSettings } from '../../model/config/client-settings.ts';
import { renderProblem } from '../../model/config/config-problem.ts';
import { resolveConfig } from '../../model/config/resolve-config.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printFailure } from './print-failure.ts';
import type { Terminal } from './terminal.ts';

/** What every command that speaks to a server can be told. */
export interface ClientFlags {
  readonly url?: string;
  readonly json?: boolean;
}

/** A command with `--url` and `--json`. */
export const clientCommand = (name: string): Command =>
  new Command(name)
    .option('--url <url>', 'server to speak to (CASTELLAN_URL; default http://localhost:3000)')
    .option('--json', 'one JSON object a line instead of a table');

/** The server that flags and environment name. Throws a CommandFailure. */
export function openClient(flags: ClientFlags, env: Terminal['env']): ApiClient {
  const resolved = resolveConfig(ClientSettings, {
    flags: flags.url === undefined ? [] : [{ name: '--url', value: flags.url }],
    env: Object.fromEntries(otherVariables.map((name) => [name, env[name]])),
    otherEnv: otherVariables,
  });
  if (!resolved.ok)
    throw new CommandFailure(exitCode.usage, resolved.error.map(renderProblem).join('\n'));
  return createApiClient(resolved.value.values.url, resolved.value.values.token);
}

/**
 * Runs the body of a command; its failure is printed and becomes the exit code. `query` is the text
 * that positions of errors refer to.
 */
export async function runAction(
  terminal: Terminal,
  body: () => Promise<void>,
  query?: string,
): Promise<void> {
  terminal.catchInterrupt();
  try {
    await body();
    if (terminal.interrupted.aborted) terminal.exitCode = exitCode.interrupted;
  } catch (error) {
    terminal.exitCode = printFailure(terminal, error, query);
  }
}
