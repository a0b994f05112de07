import { measured, type NodeCheck, unknown } from '../../check.ts';
import { countText } from '../../wording.ts';

const windowMs = 600_000;

/** Host names that could not be resolved. */
export const dnsErrors: NodeCheck = {
  id: 'dns-errors',
  number: 82,
  title: 'Host names do not resolve',
  group: 'workload',
  dimension: 'availability',
  scope: 'node',
  needs: [],
  series: ['DNSError'],
  measure(node) {
    const errors = node.increase('DNSError', windowMs);
    if (errors === undefined)
      return unknown('This server does not count errors of name resolution.');
    return measured([{ subject: {}, values: { errors } }]);
  },
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'errors', is: 'above', than: 5 }],
      source: 'guideline: more than 5 in ten minutes (Altinity/clickhouse-operator: any)',
      message: ({ values }) =>
        `${countText(Number(values.errors), 'host name')} could not be resolved within ten minutes.`,
    },
  ],
  explanation:
    'Replicas, shards, Keeper and dictionaries are named by host: what does not resolve cannot be reached.',
  causes: [
    'A name server that is down or slow',
    'A host that is gone but still configured',
    'Addresses that changed, as those of containers do',
  ],
  fix: () => ({
    sql: 'SYSTEM DROP DNS CACHE',
    risk: 'safe',
    note: 'Makes the server ask anew. Names that do not exist must be taken out of the configuration.',
  }),
  proof: { kind: 'fault' },
};
