import { type Measured, measured, type NodeCheck, unknown } from '../../check.ts';
import { clusterErrors } from '../../readings/distributed.ts';
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
  uses: [clusterErrors],
  series: ['DistributedConnectionFailAtAll'],
  measure(node) {
    const failures = node.increase('DistributedConnectionFailAtAll', windowMs);
    const hosts = node.optionalRows(clusterErrors);
    if (failures === undefined && hosts === undefined)
      return unknown('This server counts no failed connections to other servers.');
    return measured([
      { subject: {}, values: { failures } },
      ...(hosts ?? []).map(
        (row): Measured => ({
          subject: { object: `${row.host}:${row.port}` },
          values: {
            errors: row.errors,
            recoverySeconds: row.recoverySeconds,
            cluster: row.cluster,
          },
        }),
      ),
    ]);
  },
  rules: [
    {
      severity: 'high',
      all: [{ value: 'failures', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator, Netdata: DistributedConnectionFailAtAll grows',
      message: ({ values }) =>
        `${countText(Number(values.failures), 'connection')} to other servers failed within ten minutes, after all attempts.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'errors', is: 'above', than: 0 }],
      source: 'ClickHouse/clickhouse-diagnostics: errors_count of system.clusters is not 0',
      message: ({ subject, values }) =>
        `${countText(Number(values.errors), 'error')} of late on connections to ${subject.object} of the cluster ${values.cluster}.`,
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
    sql: 'SELECT cluster, host_name, host_address, port, errors_count FROM system.clusters WHERE errors_count > 0',
    risk: 'safe',
    note: 'Shows which servers cannot be reached. Where only an address changed: SYSTEM DROP DNS CACHE.',
  }),
  proof: { kind: 'fault' },
};
