import { Command, CommanderError } from 'commander';
import { alertsCommand } from './alerts-command.ts';
import { clustersCommand } from './clusters-command.ts';
import { configCommand } from './config-command.ts';
import { exitCode, exitCodeMeanings } from './exit-code.ts';
import { keysCommand, tokensCommand } from './keys-command.ts';
import { searchCommand } from './search-command.ts';
import { secretsCommand } from './secrets-command.ts';
import { sqlCommand } from './sql-command.ts';
import { tailCommand } from './tail-command.ts';
import type { Terminal } from './terminal.ts';

/** The command line: `commands` are those that other rooms bring. */
export function buildProgram(
  terminal: Terminal,
  version: string,
  commands: { readonly run: readonly Command[]; readonly operate: readonly Command[] },
): Command {
  const program = new Command('castellan')
    .description('Receives OpenTelemetry, stores it in ClickHouse and finds it again.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    ['Run:', commands.run],
    ['Search:', [searchCommand(terminal), sqlCommand(terminal), tailCommand(terminal)]],
    ['Watch:', [clustersCommand(terminal), alertsCommand(terminal)]],
    [
      'Operate:',
      [
        keysCommand(terminal),
        tokensCommand(terminal),
        secretsCommand(terminal),
        ...commands.operate,
        configCommand(terminal),
      ],
    ],
  ];
  for (const [heading, members] of groups)
    for (const command of members) program.addCommand(command.helpGroup(heading));
  program.addCommand(
    new Command('version')
      .description('print the version')
      .helpGroup('Operate:')
      .action(() => terminal.out(version)),
  );
  program.addHelpText('after', footer);
  program.exitOverride();
  for (const command of allCommands(program))
    command.configureOutput(program.configureOutput()).exitOverride();
  return program;
}

const footer = `
Examples:
  $ castellan up                                  page on http://localhost:3000, OTLP on 4317 and 4318
  $ castellan demo                                sends real telemetry of a small shop
  $ castellan search 'level:error' --from 1h
  $ castellan sql 'SELECT count() FROM otel_logs'
  $ castellan tail --json | jq .Body
  $ castellan clusters add --name production --host db1 --username castellan --password-env DB_PASSWORD
  $ castellan clusters check production
  $ castellan alerts list --fail-on high

Environment:
  CASTELLAN_URL    server that the commands speak to (default http://localhost:3000)
  CASTELLAN_TOKEN  API token, where the server has a password

Exit codes:
${Object.entries(exitCodeMeanings)
  .map(([code, meaning]) => `  ${code.padEnd(3)} ${meaning}`)
  .join('\n')}`;

/** All commands below `command`. */
export const allCommands = (command: Command): Command[] =>
  command.commands.flatMap((each) => [each, ...allCommands(each)]);

/** Runs a command line; returns the exit code. */
export async function runProgram(
  terminal: Terminal,
  program: Command,
  args: readonly string[],
): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' });
    return terminal.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
}
