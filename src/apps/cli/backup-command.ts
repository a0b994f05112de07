import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { BackupManifest } from '../../model/backup/manifest.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { printProblems } from './config-command.ts';
import { addConfigOptions, readConfig } from './config-options.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

interface BackupFlags extends ClientFlags {
  readonly withKey?: boolean;
  readonly samples: boolean;
}

/** `castellan backup`: one archive of a running server. */
export const backupCommand = (terminal: Terminal): Command =>
  clientCommand('backup')
    .summary('make one archive of the state and the samples')
    .description(
      'Makes one archive of a running server: clusters, findings, scores, keys, tokens, and the samples of the fleet. Telemetry is not in it. Without --with-key the stored passwords in it stay sealed, so keep the key file apart.',
    )
    .argument('<file>', 'archive to write')
    .option('--with-key', 'add the key that opens the stored passwords')
    .option('--no-samples', 'leave out the samples')
    .action((file: string, flags: BackupFlags) =>
      runAction(terminal, async () => {
        const response = await openClient(flags, terminal.env).open('POST', '/backup', {
          accept: 'application/x-tar',
          body: { withKey: flags.withKey ?? false, withoutSamples: !flags.samples },
          signal: terminal.interrupted,
        });
        if (!response.body) throw new CommandFailure(exitCode.failure, 'the server sent nothing');
        const unfinished = `${file}.part`;
        try {
          const target = createWriteStream(unfinished, { mode: 0o600 });
          await pipeline(Readable.fromWeb(response.body), target);
          renameSync(unfinished, file);
        } finally {
          rmSync(unfinished, { force: true });
        }
        if (flags.json) terminal.out(JSON.stringify({ file }));
        else terminal.err(`${file} is written. castellan restore verifies it before it is used.`);
      }),
    );

/** Puts an archive into a data folder; gives what it held, and where the old contents are now. */
export type Restore = (
  file: string,
  config: CastellanConfig,
) => Promise<{ readonly manifest: BackupManifest; readonly before: string | undefined }>;

/** `castellan restore`: while the server is stopped. */
export const restoreCommand = (terminal: Terminal, restore: Restore): Command =>
  addConfigOptions(
    new Command('restore')
      .summary('put the contents of an archive back, while the server is stopped')
      .description(
        'Verifies an archive of castellan backup, and puts its contents into the data folder. What is there is moved aside, not deleted. Takes the flags of up.',
      )
      .argument('<file>', 'archive to restore'),
  ).action(async (file: string, _flags: object, command: Command) => {
    const resolved = readConfig(command, terminal);
    if (!resolved.ok) {
      printProblems(terminal, resolved.error);
      terminal.exitCode = exitCode.usage;
      return;
    }
    await runAction(terminal, async () => {
      const { manifest, before } = await restore(file, resolved.value.values);
      terminal.err(`Restored what Castellan ${manifest.castellan} had on ${manifest.createdAt}.`);
      if (before) terminal.err(`What was there before is in ${before}.`);
      if (!manifest.entries.some(({ name }) => name === '.key'))
        terminal.err(
          'The archive has no key: its passwords open with the .key of that time in the data folder, or with FERNET_KEY.',
        );
    });
  });
