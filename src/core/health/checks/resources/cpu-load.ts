import { measured, type NodeCheck, type Rule, restartGraceMs, unknown } from '../../check.ts';
import type { NodeView } from '../../node-view.ts';
import { usableCores } from '../../readings/machine.ts';
import { processorCores } from '../../readings/server-facts.ts';

const windowMs = 15 * 60_000;

const rule = (severity: Rule['severity'], load: number): Rule => ({
  severity,
  all: [{ value: 'loadPerCore', is: 'above', than: load }],
  source: 'Altinity/Skills (CPU): load average of 15 minutes above 1, 2 and 10 for each core',
  message: ({ values }) =>
    `The load of the last 15 minutes is ${Number(values.loadPerCore).toFixed(1)} for each of ${values.cores} cores.`,
});

/** Whether more wants to run than there are processor cores. */
export const cpuLoad: NodeCheck = {
  id: 'cpu-load',
  number: 69,
  title: 'The processor is overloaded',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  graceMs: restartGraceMs,
  needs: [],
  series: ['OSCPUVirtualTimeMicroseconds', 'OSCPUWaitMicroseconds'],
  uses: [processorCores],
  measure(node) {
    const cores = usableCores(node);
    if (cores === undefined) return unknown('This server does not tell how many cores it may use.');
    const load = limitedToContainer(node) ? demand(node) : node.gauge('LoadAverage15');
    if (load === undefined) return unknown('This server does not report the load of its host.');
    return measured([{ subject: {}, values: { loadPerCore: load / cores, load, cores } }]);
  },
  rules: [rule('critical', 10), rule('high', 2), rule('warning', 1)],
  explanation:
    'Where more threads want to run than there are cores, all of them wait: queries slow down, merges fall behind, and heartbeats to Keeper come late.',
  causes: [
    'Queries that read or compute more than they need',
    'Many small inserts, each with its merges',
    'Other programs on the same host',
  ],
  fix: () => ({
    sql: "SELECT user, query_id, elapsed, ProfileEvents.Values[indexOf(ProfileEvents.Names, 'OSCPUVirtualTimeMicroseconds')] / 1e6 AS cpu_seconds FROM system.processes ORDER BY cpu_seconds DESC LIMIT 20",
    risk: 'safe',
    note: 'Shows which running queries use the processor. Bound them with max_threads or max_concurrent_queries_for_user.',
  }),
  proof: { kind: 'sql' },
};

/** The load average is the host's: it says nothing where a container may use a part of the cores. */
function limitedToContainer(node: NodeView): boolean {
  const limit = node.gauge('CGroupMaxCPU') ?? 0;
  const host = node.gauge('NumberOfCPUCores') ?? Number.POSITIVE_INFINITY;
  return limit > 0 && limit < host;
}

/** What this server ran or waited to run, in cores; what a load average of its own would be. */
function demand(node: NodeView): number | undefined {
  const ranMicroseconds = node.increase('OSCPUVirtualTimeMicroseconds', windowMs);
  const waitedMicroseconds = node.increase('OSCPUWaitMicroseconds', windowMs);
  if (ranMicroseconds === undefined) return undefined;
  return (ranMicroseconds + (waitedMicroseconds ?? 0)) / (windowMs * 1_000);
}
