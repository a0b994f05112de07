import type { Command } from 'commander';
import type { ClusterData } from '../../model/fleet/fleet-api.ts';
import { clientCommand } from './client-options.ts';
import { clusterArgument, clusterPath, runClusterAction } from './cluster-call.ts';
import { addClusterChanges } from './cluster-changes.ts';
import { addClusterHealth } from './cluster-health.ts';
import { addClusterQueries } from './cluster-queries.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

/** `castellan clusters`: the ClickHouse clusters that are watched. */
export function clustersCommand(terminal: Terminal): Command {
  const clusters = clientCommand('clusters')
    .summary('watch ClickHouse clusters: their nodes, findings and scores')
    .description('Adds ClickHouse clusters to the monitor and says how they are.');
  addList(clusters, terminal);
  addShow(clusters, terminal);
  addClusterChanges(clusters, terminal);
  addClusterHealth(clusters, terminal);
  addClusterQueries(clusters, terminal);
  return clusters;
}

const time = (at: string | null) => (at === null ? 'never' : at.replace('T', ' ').slice(0, 19));

const scoreText = ({ score, grade }: ClusterData): string =>
  score === null ? 'unknown' : `${score} ${grade}`;

const coverageText = ({ coverage }: ClusterData): string =>
  `${coverage.answered} of ${coverage.total}`;

function openText({ open }: ClusterData): string {
  const named = (['critical', 'high', 'warning', 'info'] as const)
    .filter((severity) => open[severity] > 0)
    .map((severity) => `${open[severity]} ${severity}`);
  return named.length === 0 ? 'none' : named.join(', ');
}

function addList(clusters: Command, terminal: Terminal): void {
  clusters
    .command('list')
    .description('list clusters with their scores')
    .action((_flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, get }) => {
        const data = await get<{ clusters: ClusterData[] }>('/clusters');
        if (flags.json) {
          for (const cluster of data.clusters) terminal.out(JSON.stringify(cluster));
          return;
        }
        printTable(
          terminal,
          ['id', 'name', 'status', 'nodes', 'score', 'answered', 'collected', 'open findings'],
          data.clusters.map((each) => [
            each.id,
            each.name,
            each.status,
            `${each.nodes.filter((node) => node.online).length} of ${each.nodes.length}`,
            scoreText(each),
            coverageText(each),
            time(each.lastCollectedAt),
            openText(each),
          ]),
        );
      }),
    );
}

function addShow(clusters: Command, terminal: Terminal): void {
  clusters
    .command('show')
    .description('show one cluster with its nodes')
    .argument(...clusterArgument)
    .action((wanted: string, _flags, command: Command) =>
      runClusterAction(terminal, command, async ({ flags, find, get }) => {
        const cluster = await get<ClusterData>(clusterPath(await find(wanted)));
        if (flags.json) return terminal.out(JSON.stringify(cluster));
        const { topology } = cluster;
        terminal.out(`${cluster.name}: ${cluster.status}, score ${scoreText(cluster)}`);
        terminal.out(`checks answered: ${coverageText(cluster)}; open: ${openText(cluster)}`);
        if (topology)
          terminal.out(
            `topology: ${topology.shards} shards × ${topology.replicas} replicas, ${topology.keeperNodes} Keeper nodes`,
          );
        printTable(
          terminal,
          ['node', 'host name', 'shard', 'replica', 'version', 'online', 'problem'],
          cluster.nodes.map((node) => [
            node.id,
            node.hostName,
            node.shard,
            node.replica,
            node.version,
            node.online ? 'yes' : 'no',
            node.problem,
          ]),
        );
      }),
    );
}
