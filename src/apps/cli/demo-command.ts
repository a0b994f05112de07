import type { Command } from 'commander';
import type { StatusData } from '../../model/api/operation-api.ts';
import type { ApiClient } from './api-client.ts';
import { type ClientFlags, clientCommand, openClient, runAction } from './client-options.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What the demo's room provides. */
export interface DemoRun {
  readonly endpoint: string;
  readonly key: string | undefined;
  readonly metricIntervalMs: number;
  readonly visitsPerSecond: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: {
    readonly visits: number;
    readonly orders: number;
    readonly failed: number;
  }) => void;
}

interface DemoFlags extends ClientFlags {
  readonly endpoint?: string;
  readonly key?: string;
  readonly rate: string;
}

/** `castellan demo`: real telemetry of a small shop, until Ctrl-C. */
export const demoCommand = (
  terminal: Terminal,
  startDemo: (options: DemoRun) => Promise<unknown>,
): Command =>
  clientCommand('demo')
    .summary('send real telemetry of a small shop')
    .description(
      'Runs a small shop of five services, instrumented with the OpenTelemetry SDK, and its customers, until Ctrl-C. Some orders fail, so that there is something to find.',
    )
    .option('--endpoint <url>', 'OTLP/HTTP receiver; without it, that of the server at --url')
    .option('--key <secret>', 'ingestion key; without it, one is made where the server wants one')
    .option('--rate <visits>', 'visits a second', '2')
    .action((flags: DemoFlags) => runAction(terminal, () => runDemo(terminal, flags, startDemo)));

async function runDemo(
  terminal: Terminal,
  flags: DemoFlags,
  startDemo: (options: DemoRun) => Promise<unknown>,
): Promise<void> {
  const visitsPerSecond = Number(flags.rate);
  if (!(visitsPerSecond > 0 && visitsPerSecond <= 1_000))
    throw new CommandFailure(exitCode.usage, `--rate: "${flags.rate}" is not above 0, up to 1000`);
  const client = openClient(flags, terminal.env);
  const target = flags.endpoint
    ? { endpoint: flags.endpoint, key: flags.key }
    : await findReceiver(terminal, client, flags.key);
  terminal.err(`The shop sends to ${target.endpoint}; look at ${client.url}. Ctrl-C ends it.`);
  const progress = terminal.startProgress('opening the shop');
  try {
    await startDemo({
      ...target,
      metricIntervalMs: 5_000,
      visitsPerSecond,
      signal: terminal.interrupted,
      onProgress(latest) {
        if (flags.json) terminal.out(JSON.stringify(latest));
        else
          progress.update(
            `${latest.visits} visits, ${latest.orders} orders, ${latest.failed} failed`,
          );
      },
    });
  } finally {
    progress.stop();
  }
}

/** The receiver of a running server, and a key for it where it wants one. */
async function findReceiver(
  terminal: Terminal,
  client: ApiClient,
  key: string | undefined,
): Promise<{ endpoint: string; key: string | undefined }> {
  const { data } = await client.call<StatusData>('GET', '/status', undefined, terminal.interrupted);
  if (!data.receivers)
    throw new CommandFailure(exitCode.unreachable, 'the receivers of the server are starting', {
      hint: 'Try again in a moment.',
    });
  const endpoint = `http://${new URL(client.url).hostname}:${data.receivers.otlpHttp.port}`;
  if (key !== undefined || data.mode === 'open') return { endpoint, key };
  const made = await client.call<{ secret: string }>(
    'POST',
    '/keys',
    { name: 'castellan demo' },
    terminal.interrupted,
  );
  return { endpoint, key: made.data.secret };
}
