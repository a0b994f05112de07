import { Gauge, type Registry } from 'prom-client';
import type { ClusterData } from '../../model/fleet/fleet-api.ts';
import type { Monitor } from './start-monitor.ts';

type Sample = readonly [labels: Record<string, string>, value: number];

const statusNames = ['online', 'degraded', 'offline', 'pending', 'paused'] as const;
const severities = ['critical', 'high', 'warning', 'info', 'unknown'] as const;

interface Plan {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (clusters: readonly ClusterData[], monitor: Monitor) => readonly Sample[];
}

const labelsOf = ({ id, name }: ClusterData) => ({ cluster: name, id });

const plans: readonly Plan[] = [
  {
    name: 'castellan_cluster_status',
    help: '1 for the present status of a cluster, 0 for the others.',
    labels: ['cluster', 'id', 'status'],
    read: (clusters) =>
      clusters.flatMap((each) =>
        statusNames.map(
          (status): Sample => [{ ...labelsOf(each), status }, each.status === status ? 1 : 0],
        ),
      ),
  },
  {
    name: 'castellan_cluster_score',
    help: 'Score of a cluster, 0 to 100; absent while too few checks are answered.',
    labels: ['cluster', 'id'],
    read: (clusters) =>
      clusters.flatMap((each) =>
        each.score === null ? [] : [[labelsOf(each), each.score] as const],
      ),
  },
  {
    name: 'castellan_cluster_coverage_ratio',
    help: 'Share of the checks that apply to a cluster and have an answer.',
    labels: ['cluster', 'id'],
    read: (clusters) =>
      clusters.flatMap((each) =>
        each.coverage.total === 0
          ? []
          : [[labelsOf(each), each.coverage.answered / each.coverage.total] as const],
      ),
  },
  {
    name: 'castellan_cluster_findings',
    help: 'Open findings of a cluster by severity, without those that are meant to be so.',
    labels: ['cluster', 'id', 'severity'],
    read: (clusters) =>
      clusters.flatMap((each) =>
        severities.map(
          (severity): Sample => [{ ...labelsOf(each), severity }, each.open[severity]],
        ),
      ),
  },
  {
    name: 'castellan_cluster_nodes',
    help: 'Nodes of a cluster, by whether they can be reached.',
    labels: ['cluster', 'id', 'online'],
    read: (clusters) =>
      clusters.flatMap((each) =>
        [true, false].map(
          (online): Sample => [
            { ...labelsOf(each), online: String(online) },
            each.nodes.filter((node) => node.online === online).length,
          ],
        ),
      ),
  },
  {
    name: 'castellan_collector_lateness_seconds',
    help: 'How late the last vitals of a cluster’s nodes were read, the latest of them.',
    labels: ['cluster', 'id'],
    read: (_clusters, { watches }) =>
      watches.all().map((watch) => {
        const { id, settings } = watch.cluster;
        const late = watch.watches().map((node) => node.lateness().lateMs);
        return [{ cluster: settings.name, id }, Math.max(0, ...late) / 1_000];
      }),
  },
  {
    name: 'castellan_collector_samples_waiting',
    help: 'Samples in memory that the spool has not taken yet.',
    labels: [],
    read: (_clusters, { samples }) => [[{}, samples.waiting]],
  },
  {
    name: 'castellan_collector_samples_dropped',
    help: 'Samples that were lost since the start, because spool and memory were full.',
    labels: [],
    read: (_clusters, { samples }) => [[{}, samples.dropped]],
  },
];

/** Adds what the monitor knows of the fleet and of itself to the registry. */
export function registerFleetMetrics(registry: Registry, monitor: Monitor): void {
  for (const plan of plans)
    new Gauge({
      name: plan.name,
      help: plan.help,
      labelNames: [...plan.labels],
      registers: [registry],
      async collect() {
        this.reset();
        const clusters = await monitor.fleet.list();
        for (const [labels, value] of plan.read(clusters, monitor)) this.set(labels, value);
      },
    });
}
