import { Command } from 'commander';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import type { Terminal } from './terminal.ts';

/** `castellan secrets`: the passwords that a server keeps sealed. */
export const secretsCommand = (terminal: Terminal): Command =>
  new Command('secrets').description('the stored passwords of clusters and channels').addCommand(
    clientCommand('rotate')
      .description(
        'Seals all stored passwords anew: with a new key in the key file, or with the first of FERNET_KEY. Nothing changes where one of them cannot be opened.',
      )
      .action((flags: ClientFlags) =>
        runAction(terminal, async () => {
          const client = openClient(flags, terminal.env);
          const path = '/secrets/rotate';
          const { data } = await client.call<{ sealed: number }>(
            'POST',
            path,
            {},
            terminal.interrupted,
          );
          if (flags.json) terminal.out(JSON.stringify(data));
          else terminal.err(`${data.sealed} stored passwords are sealed anew.`);
        }),
      ),
  );
