import type { Command } from 'commander';
import type { DeadLetter } from '../../model/telemetry/dead-letter.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

/** `castellan dead-letters`: what the store rejected for its content. */
export function deadLettersCommand(terminal: Terminal): Command {
  const letters = clientCommand('dead-letters')
    .summary('look at and replay what the store rejected')
    .description(
      'Shows data that the store rejected for its content, gives it to the store again, or deletes it.',
    );
  addList(letters, terminal);
  letters
    .command('replay')
    .description('give a dead letter to the store once more')
    .argument('<id>', 'id of the dead letter')
    .action((id: string, _flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        const { data } = await openClient(flags, terminal.env).call<{ outcome: string }>(
          'POST',
          `/dead-letters/${encodeURIComponent(id)}/replay`,
          {},
          terminal.interrupted,
        );
        if (flags.json) terminal.out(JSON.stringify(data));
        else if (data.outcome === 'stored') terminal.err('Stored.');
        else if (data.outcome === 'queued') terminal.err('In the spool again; not stored yet.');
        if (data.outcome === 'rejected')
          throw new CommandFailure(exitCode.failure, 'the store rejected it again', {
            hint: 'castellan dead-letters list shows the reason.',
          });
      }),
    );
  letters
    .command('delete')
    .description('delete a dead letter: its data is gone')
    .argument('<id>', 'id of the dead letter')
    .action((id: string, _flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        await openClient(flags, terminal.env).call(
          'DELETE',
          `/dead-letters/${encodeURIComponent(id)}`,
          undefined,
          terminal.interrupted,
        );
        if (flags.json) terminal.out(JSON.stringify({ id }));
        else terminal.err(`The dead letter ${id} is gone.`);
      }),
    );
  return letters;
}

function addList(letters: Command, terminal: Terminal): void {
  letters
    .command('list')
    .description('list dead letters with their reasons')
    .action((_flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        const { data } = await openClient(flags, terminal.env).call<{ deadLetters: DeadLetter[] }>(
          'GET',
          '/dead-letters',
          undefined,
          terminal.interrupted,
        );
        if (flags.json) {
          for (const letter of data.deadLetters) terminal.out(JSON.stringify(letter));
          return;
        }
        printTable(
          terminal,
          ['id', 'table', 'rows', 'rejected', 'cause', 'reason'],
          data.deadLetters.map((letter) => [
            letter.id,
            letter.table,
            letter.rows,
            letter.rejectedAt.replace('T', ' ').slice(0, 19),
            letter.cause,
            letter.error,
          ]),
        );
      }),
    );
}
