import { measured, type NodeCheck } from '../../check.ts';

const hints: Readonly<Record<string, string>> = {
  dns: 'its name does not resolve',
  tcp: 'nothing accepts the connection',
  tls: 'TLS fails',
  http: 'it does not answer as ClickHouse does',
  authentication: 'it refuses the user or the password',
  permission: 'the user may not ask it anything',
  timeout: 'it does not answer in time',
  protocol: 'its answer cannot be read',
};

/** A node that does not answer the vitals statement. Nothing else means that a node is down. */
export const nodeDown: NodeCheck = {
  id: 'node-down',
  number: 1,
  title: 'Node does not answer',
  group: 'reachability',
  dimension: 'availability',
  scope: 'node',
  offline: true,
  needs: [],
  samples: { open: 1, close: 1 },
  measure: ({ unreachable }) =>
    measured([
      {
        subject: {},
        values: {
          misses: unreachable?.misses ?? 0,
          ...(unreachable && { layer: unreachable.layer, problem: unreachable.message }),
        },
      },
    ]),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'misses', is: 'at least', than: 3 }],
      source: 'guideline: three misses in a row of the vitals statement',
      message: (item) =>
        `The node does not answer: ${hints[String(item.values.layer)] ?? 'it failed'} (${item.values.layer}). ${item.values.problem}`,
    },
    {
      severity: 'warning',
      all: [{ value: 'misses', is: 'at least', than: 2 }],
      source: 'guideline: two misses in a row of the vitals statement',
      message: (item) =>
        `The node missed ${item.values.misses} requests in a row: ${hints[String(item.values.layer)] ?? 'it failed'} (${item.values.layer}). ${item.values.problem}`,
    },
  ],
  explanation:
    'While it lasts, nothing else is known of this node, and its shard has one replica less.',
  causes: [
    'The server is stopped, or starting',
    'The host or the network between is down',
    'The password of the monitoring user was changed',
    'The server is overloaded',
  ],
  proof: { kind: 'fault' },
};
