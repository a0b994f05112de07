import { type Measured, measured, type NodeCheck } from '../../check.ts';
import { clusterErrors as hosts } from '../../readings/distributed.ts';
import { countText } from '../../wording.ts';

/** Servers that this one failed to reach of late, one by one. */
export const clusterErrors: NodeCheck = {
  id: 'cluster-errors',
  number: 81,
  title: 'A server of the cluster cannot be reached from another',
  group: 'workload',
  dimension: 'availability',
  scope: 'node',
  needs: [{ reading: hosts, columns: ['host', 'port', 'errors'], absent: 'unknown' }],
  measure: (node) =>
    measured(
      node.rows(hosts).map(
        (row): Measured => ({
          subject: { object: `${row.host}:${row.port}` },
          values: {
            errors: row.errors,
            recoverySeconds: row.recoverySeconds,
            cluster: row.cluster,
          },
        }),
      ),
    ),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'errors', is: 'above', than: 0 }],
      source: 'ClickHouse/clickhouse-diagnostics: errors_count of system.clusters is not 0',
      message: ({ subject, values }) =>
        `${countText(Number(values.errors), 'error')} of late on connections to ${subject.object} of the cluster ${values.cluster}.`,
    },
  ],
  explanation:
    'Queries over Distributed tables prefer other replicas, fail, or silently leave out this server.',
  causes: [
    'The other server is down or overloaded',
    'A firewall, a wrong port, or a wrong password in remote_servers',
    'A host name that does not resolve any more',
  ],
  fix: () => ({
    sql: 'SELECT cluster, host_name, host_address, port, errors_count FROM system.clusters WHERE errors_count > 0',
    risk: 'safe',
    note: 'Shows which servers cannot be reached. Where only an address changed: SYSTEM DROP DNS CACHE.',
  }),
  proof: { kind: 'fault' },
};
