import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { NodeAddress } from '../../model/fleet/cluster.ts';
import type { ClusterData, ClusterTestData } from '../../model/fleet/fleet-api.ts';
import { clusterArgument, clusterPath, runClusterAction } from './cluster-call.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

interface ConnectFlags {
  readonly name?: string;
  readonly host: string;
  readonly port: string;
  readonly username: string;
  readonly passwordEnv?: string;
  readonly passwordStdin?: boolean;
  readonly secure?: boolean;
  readonly node: readonly string[];
  readonly keeper: readonly string[];
  readonly label: readonly string[];
  readonly test?: boolean;
}

const gather = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** The flags that say where a cluster is and who asks. */
const withConnection = (command: Command): Command =>
  command
    .requiredOption('--host <host>', 'a server of the cluster, or its load balancer')
    .option('--port <port>', 'port of its HTTP interface', '8123')
    .option('--username <name>', 'user that reads', 'default')
    .option('--password-env <variable>', 'environment variable that holds the password')
    .option('--password-stdin', 'read the password from standard input')
    .option('--secure', 'use HTTPS')
    .option('--node <host:port>', 'a server to watch; several: none are looked for', gather, [])
    .option(
      '--keeper <host:port>',
      'client port of Keeper or ZooKeeper; may be given again',
      gather,
      [],
    );

/** `add`, `test`, `remove`, `pause`, `resume`. */
export function addClusterChanges(clusters: Command, terminal: Terminal): void {
  addAdd(clusters, terminal);
  addTest(clusters, terminal);
  clusters
    .command('remove')
    .description(
      'remove a cluster with its password, findings and scores; samples expire by themselves',
    )
    .argument(...clusterArgument)
    .action((wanted: string, _flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, find, send }) => {
        const cluster = await find(wanted);
        await send('DELETE', clusterPath(cluster));
        if (flags.json) terminal.out(JSON.stringify({ id: cluster.id }));
        else terminal.err(`${cluster.name} is no longer watched.`);
      }),
    );
  for (const [verb, paused, said] of [
    ['pause', true, 'is paused: nothing is read from it.'],
    ['resume', false, 'is watched again.'],
  ] as const)
    clusters
      .command(verb)
      .description(`${verb} a cluster`)
      .argument(...clusterArgument)
      .action((wanted: string, _flags, command: Command) =>
        runClusterAction(terminal, command, async ({ flags, find, send }) => {
          const cluster = await find(wanted);
          const changed = await send<ClusterData>('PUT', clusterPath(cluster), { paused });
          if (flags.json) terminal.out(JSON.stringify(changed));
          else terminal.err(`${cluster.name} ${said}`);
        }),
      );
}

function addAdd(clusters: Command, terminal: Terminal): void {
  withConnection(clusters.command('add').description('add a cluster, once it was tried'))
    .requiredOption('--name <name>', 'what it is called')
    .option('--label <name=value>', 'a label; may be given again', gather, [])
    .option('--no-test', 'add it also where it cannot be reached')
    .action((_flags, command: Command) =>
      runClusterAction<ConnectFlags>(terminal, command, async ({ flags, send }) => {
        const settings = {
          ...(await readConnection(terminal, flags)),
          name: flags.name,
          labels: Object.fromEntries(flags.label.map(parseLabel)),
        };
        if (flags.test !== false) {
          const tested = await send<ClusterTestData>('POST', '/clusters/test', settings);
          if (!tested.ok)
            throw refusal(tested, 'Nothing was added; --no-test adds it all the same.');
        }
        const cluster = await send<ClusterData>('POST', '/clusters', settings);
        if (flags.json) terminal.out(JSON.stringify(cluster));
        else {
          terminal.out(cluster.id);
          terminal.err(`${cluster.name} is watched from now on.`);
        }
      }),
    );
}

function addTest(clusters: Command, terminal: Terminal): void {
  withConnection(
    clusters
      .command('test')
      .description('try a connection: which nodes there are, what the user may read'),
  ).action((_flags, command: Command) =>
    runClusterAction<ConnectFlags>(terminal, command, async ({ flags, send }) => {
      const settings = await readConnection(terminal, flags);
      const tested = await send<ClusterTestData>('POST', '/clusters/test', settings);
      if (flags.json) terminal.out(JSON.stringify(tested));
      else printTest(terminal, tested);
      if (!tested.ok) throw refusal(tested);
    }),
  );
}

function printTest(
  terminal: Terminal,
  { message, hint, nodes, capabilities, ok }: ClusterTestData,
) {
  if (ok) terminal.err(hint ? `${message}. ${hint}` : message);
  printTable(
    terminal,
    ['node', 'host name', 'shard', 'replica', 'version', 'problem'],
    nodes.map((node) => [
      node.id,
      node.hostName,
      node.shard,
      node.replica,
      node.version,
      node.problem,
    ]),
  );
  const lacking = capabilities.filter((each) => !each.ok);
  if (lacking.length === 0) return;
  terminal.out('');
  printTable(
    terminal,
    ['cannot', 'run on the cluster', 'because'],
    lacking.map((each) => [each.name, each.grant, each.detail]),
  );
}

const refusal = (tested: ClusterTestData, more = ''): CommandFailure =>
  new CommandFailure(
    exitCode.failure,
    `${tested.layer ? `${tested.layer}: ` : ''}${tested.message}`,
    { hint: [tested.hint, more].filter(Boolean).join(' ') || undefined },
  );

async function readConnection(terminal: Terminal, flags: ConnectFlags): Promise<object> {
  return {
    host: flags.host,
    port: parsePort('--port', flags.port),
    username: flags.username,
    password: await readPassword(terminal, flags),
    secure: flags.secure ?? false,
    ...(flags.node.length > 0
      ? { nodes: flags.node.map((each) => parseAddress('--node', each)) }
      : {}),
    ...(flags.keeper.length > 0
      ? { keepers: flags.keeper.map((each) => parseAddress('--keeper', each)) }
      : {}),
  };
}

async function readPassword(terminal: Terminal, flags: ConnectFlags): Promise<string> {
  if (flags.passwordStdin) return (await text(process.stdin)).replace(/\r?\n$/, '');
  if (!flags.passwordEnv) return '';
  const password = terminal.env[flags.passwordEnv];
  if (password !== undefined) return password;
  throw new CommandFailure(
    exitCode.usage,
    `--password-env: the variable ${flags.passwordEnv} is not set`,
  );
}

function parsePort(flag: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new CommandFailure(exitCode.usage, `${flag}: "${text}" is not a port from 1 to 65535`);
}

function parseAddress(flag: string, text: string): NodeAddress {
  const match = /^(.+):(\d+)$/.exec(text);
  if (match) {
    const [, host = '', port = ''] = match;
    return { host: host.replace(/^\[(.*)\]$/, '$1'), port: parsePort(flag, port) };
  }
  throw new CommandFailure(exitCode.usage, `${flag}: expected host:port, got "${text}"`);
}

function parseLabel(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CommandFailure(exitCode.usage, `--label: expected name=value, got "${text}"`);
}
