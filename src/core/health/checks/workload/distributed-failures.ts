import { measured, type NodeCheck, unknown } from '../../check.ts';
import { countText } from '../../wording.ts';

const windowMs = 600_000;

/** Servers that this one cannot reach for queries over Distributed tables. */
export const distributedFailures: NodeCheck = {
  id: 'distributed-failures',
  number: 81,
  title: 'Other servers cannot be reached',
  group: 'workload',
  dimension: 'availability',
  scope: 'node',
  needs: [],
  series: ['DistributedConnectionFailAtAll'],
  measure(node) {
    const failures = node.increase('DistributedConnectionFailAtAll', windowMs);
    if (failures === undefined)
      return unknown('This server counts no failed connections to other servers.');
    return measured([{ subject: {}, values: { failures } }]);
  },
  rules: [
    {
      severity: 'high',
      all: [{ value: 'failures', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator, Netdata: DistributedConnectionFailAtAll grows',
      message: ({ values }) =>
        `${countText(Number(values.failures), 'connection')} to other servers failed within ten minutes, after all attempts.`,
    },
  ],
  explanation:
    'Queries over Distributed tables fail or silently leave out shards, and rows wait on this server’s disk.',
  causes: [
    'The other server is down or overloaded',
    'A host name that does not resolve any more',
    'A firewall, a wrong port, or a wrong password in remote_servers',
  ],
  fix: () => ({
    sql: 'SYSTEM DROP DNS CACHE',
    risk: 'safe',
    note: 'Helps where only an address changed. Else see which servers of system.clusters are down.',
  }),
  proof: { kind: 'fault' },
};
