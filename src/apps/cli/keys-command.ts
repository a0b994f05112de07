import type { Command } from 'commander';
import type { ApiToken, IngestionKey } from '../../model/access/access-api.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

const day = (time: string | null) =>
  time === null ? 'never' : time.replace('T', ' ').slice(0, 16);

function stateOf(key: IngestionKey): string {
  if (key.revokedAt !== null) return 'revoked';
  if (key.previousSecretUntil !== null) return `old secret until ${day(key.previousSecretUntil)}`;
  return 'active';
}

/** The secret alone on standard output, so that scripts can keep it; the rest for people. */
function printSecret(terminal: Terminal, flags: ClientFlags, data: object, secret: string): void {
  if (flags.json) {
    terminal.out(JSON.stringify(data));
    return;
  }
  terminal.err('This is the only time that the secret is shown:');
  terminal.out(secret);
}

function parseRate(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new CommandFailure(exitCode.usage, `${flag}: "${text}" is not a number above 0`);
}

/** `castellan keys`: the keys that programs send telemetry with. */
export function keysCommand(terminal: Terminal): Command {
  const keys = clientCommand('keys')
    .summary('manage ingestion keys')
    .description(
      'Manages ingestion keys: what programs send telemetry with, where the server has a password.',
    );
  addKeyList(keys, terminal);
  addKeyCreate(keys, terminal);
  keys
    .command('rotate')
    .description('give a key a new secret')
    .argument('<id>', 'id of the key, from castellan keys list')
    .option('--overlap <duration>', 'how long the old secret still works', '24h')
    .action((id: string, _flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags & { overlap: string }>();
        const { data } = await openClient(flags, terminal.env).call<{ secret: string }>(
          'POST',
          `/keys/${encodeURIComponent(id)}/rotate`,
          { overlap: flags.overlap },
          terminal.interrupted,
        );
        printSecret(terminal, flags, data, data.secret);
      }),
    );
  addRemoval(keys, terminal, 'revoke', 'key', '/keys');
  return keys;
}

function addKeyList(keys: Command, terminal: Terminal): void {
  keys
    .command('list')
    .description('list keys with their counters')
    .action((_flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        const client = openClient(flags, terminal.env);
        const { data } = await client.call<{ keys: IngestionKey[] }>(
          'GET',
          '/keys',
          undefined,
          terminal.interrupted,
        );
        if (flags.json) {
          for (const key of data.keys) terminal.out(JSON.stringify(key));
          return;
        }
        printTable(
          terminal,
          ['id', 'name', 'begins with', 'records', 'refused', 'last used', 'state'],
          data.keys.map((key) => [
            key.id,
            key.name,
            key.hint,
            key.counters.records,
            key.counters.refused,
            day(key.lastUsedAt),
            stateOf(key),
          ]),
        );
      }),
    );
}

function addKeyCreate(keys: Command, terminal: Terminal): void {
  keys
    .command('create')
    .description('make a key; prints its secret')
    .argument('<name>', 'what it is for')
    .option('--records-per-second <number>', 'limit of its own')
    .option('--bytes-per-second <number>', 'limit of its own')
    .action((name: string, _flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<
          ClientFlags & { recordsPerSecond?: string; bytesPerSecond?: string }
        >();
        const { data } = await openClient(flags, terminal.env).call<{ secret: string }>(
          'POST',
          '/keys',
          {
            name,
            recordsPerSecond: parseRate('--records-per-second', flags.recordsPerSecond),
            bytesPerSecond: parseRate('--bytes-per-second', flags.bytesPerSecond),
          },
          terminal.interrupted,
        );
        printSecret(terminal, flags, data, data.secret);
      }),
    );
}

/** `castellan tokens`: what programs call the API with. */
export function tokensCommand(terminal: Terminal): Command {
  const tokens = clientCommand('tokens')
    .summary('manage API tokens')
    .description(
      'Manages API tokens: what programs, and this command, call the API with, where the server has a password. The first one is made on the page.',
    );
  tokens
    .command('list')
    .description('list tokens')
    .action((_flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        const client = openClient(flags, terminal.env);
        const { data } = await client.call<{ tokens: ApiToken[] }>(
          'GET',
          '/tokens',
          undefined,
          terminal.interrupted,
        );
        if (flags.json) {
          for (const token of data.tokens) terminal.out(JSON.stringify(token));
          return;
        }
        printTable(
          terminal,
          ['id', 'begins with', 'made', 'last used', 'name'],
          data.tokens.map((token) => [
            token.id,
            token.hint,
            day(token.createdAt),
            day(token.lastUsedAt),
            token.name,
          ]),
        );
      }),
    );
  tokens
    .command('create')
    .description('make a token; prints its secret')
    .argument('<name>', 'what it is for')
    .action((name: string, _flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        const client = openClient(flags, terminal.env);
        const { data } = await client.call<{ secret: string }>(
          'POST',
          '/tokens',
          { name },
          terminal.interrupted,
        );
        printSecret(terminal, flags, data, data.secret);
      }),
    );
  addRemoval(tokens, terminal, 'delete', 'token', '/tokens');
  return tokens;
}

function addRemoval(
  parent: Command,
  terminal: Terminal,
  verb: string,
  noun: string,
  path: string,
): void {
  parent
    .command(verb)
    .description(`${verb} a ${noun}: it stops working at once`)
    .argument('<id>', `id of the ${noun}, from castellan ${noun}s list`)
    .action((id: string, _flags, command: Command) =>
      runAction(terminal, async () => {
        const flags = command.optsWithGlobals<ClientFlags>();
        await openClient(flags, terminal.env).call(
          'DELETE',
          `${path}/${encodeURIComponent(id)}`,
          undefined,
          terminal.interrupted,
        );
        if (flags.json) terminal.out(JSON.stringify({ id }));
        else terminal.err(`The ${noun} ${id} no longer works.`);
      }),
    );
}
