import type { Command } from 'commander';
import type { ClusterData, ClusterTestData } from '../../model/fleet/fleet-api.ts';
import { clusterArgument, clusterPath, runClusterAction } from './cluster-call.ts';
import { type ConnectFlags, gather, readConnection, withConnection } from './cluster-connection.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCode } from './exit-code.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

interface AddFlags extends ConnectFlags {
  readonly name?: string;
  readonly label: readonly string[];
  readonly test?: boolean;
}

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
    .option('--name <name>', 'what it is called; default the host')
    .option('--label <name=value>', 'a label; may be given again', gather, [])
    .option('--no-test', 'add it also where it cannot be reached')
    .action((_flags, command: Command) =>
      runClusterAction<AddFlags>(terminal, command, async ({ flags, send }) => {
        const settings = {
          ...(await readConnection(terminal, flags)),
          name: flags.name ?? flags.host,
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
    ['cannot', 'on', 'run on the cluster', 'because'],
    lacking.map((each) => [each.name, each.node, each.grant, each.detail]),
  );
}

const refusal = (tested: ClusterTestData, more = ''): CommandFailure =>
  new CommandFailure(
    exitCode.failure,
    `${tested.layer ? `${tested.layer}: ` : ''}${tested.message}`,
    { hint: [tested.hint, more].filter(Boolean).join(' ') || undefined },
  );

function parseLabel(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CommandFailure(exitCode.usage, `--label: expected name=value, got "${text}"`);
}
