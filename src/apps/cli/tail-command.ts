import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Row, Source } from '../../model/telemetry/search-api.ts';
import type { ApiClient } from './api-client.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { startRows } from './print-rows.ts';
import type { Terminal } from './terminal.ts';

interface TailFlags extends ClientFlags {
  readonly source: Source;
  readonly sql?: boolean;
}

/** Where a tail is: the last event it has seen, and whether it was ever connected. */
interface TailPlace {
  lastEventId: string;
  started: boolean;
}

const retryMs = [500, 1_000, 2_000, 5_000];

/** `castellan tail`: follows what arrives until Ctrl-C. */
export const tailCommand = (terminal: Terminal): Command =>
  clientCommand('tail')
    .summary('follow logs or spans as they arrive')
    .description('Prints logs or spans as they arrive, until Ctrl-C.')
    .argument('[query]', 'what to look for, in Lucene syntax; without it, everything', '')
    .addOption(
      new Option('--source <source>', 'what to follow').choices(['logs', 'traces']).default('logs'),
    )
    .option('--sql', 'the query is an SQL expression, as after WHERE')
    .addHelpText(
      'after',
      `
Examples:
  $ castellan tail
  $ castellan tail 'level:error -ServiceName:noisy'
  $ castellan tail --source traces 'StatusCode:Error' --json`,
    )
    .action((query: string, flags: TailFlags) =>
      runAction(terminal, () => tail(terminal, query, flags), query),
    );

async function tail(terminal: Terminal, query: string, flags: TailFlags): Promise<void> {
  const client = openClient(flags, terminal.env);
  const params = new URLSearchParams({
    source: flags.source,
    where: query,
    language: flags.sql ? 'sql' : 'lucene',
  });
  const print = startRows(terminal, flags.source, flags.json === true);
  const place: TailPlace = { lastEventId: '', started: false };
  for (let failures = 0; !terminal.interrupted.aborted; ) {
    try {
      await follow(terminal, client, `/tail?${params}`, place, print);
      failures = 0;
    } catch (error) {
      if (terminal.interrupted.aborted) break;
      const lost = !(error instanceof CommandFailure) || error.exitCode === exitCode.unreachable;
      if (!lost || !place.started) throw error;
      failures += 1;
    }
    const waitMs = retryMs[Math.min(failures, retryMs.length - 1)];
    terminal.err(terminal.errColors.dim('The connection was lost; going on where it broke.'));
    await sleep(waitMs, undefined, { signal: terminal.interrupted }).catch(() => undefined);
  }
}

async function follow(
  terminal: Terminal,
  client: ApiClient,
  path: string,
  place: TailPlace,
  print: (rows: readonly Row[]) => void,
): Promise<void> {
  const response = await client.open('GET', path, {
    accept: 'text/event-stream',
    signal: terminal.interrupted,
    ...(place.lastEventId === '' ? {} : { headers: { 'last-event-id': place.lastEventId } }),
  });
  if (!place.started)
    terminal.err(terminal.errColors.dim(`Following ${client.url}; Ctrl-C ends it.`));
  const events = response
    .body!.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  place.started = true;
  for await (const event of events) {
    if (event.id) place.lastEventId = event.id;
    if (event.event === 'gap')
      terminal.err(terminal.errColors.yellow(`Some records were left out: ${event.data}`));
    if (event.event !== 'rows') continue;
    const { rows } = JSON.parse(event.data) as { rows: Row[] };
    print(rows);
  }
}
