import { measured, type NodeCheck, type Rule, unknown } from '../../check.ts';
import { total } from '../../readings/recent-rows.ts';
import { percentText } from '../../wording.ts';

const kinds = [
  'TCPConnection',
  'HTTPConnection',
  'InterserverConnection',
  'MySQLConnection',
  'PostgreSQLConnection',
];
/** What the configuration says that servers before 23.4 come with; they do not tell their own. */
const shippedLimit = 4_096;

const rule = (severity: Rule['severity'], share: number): Rule => ({
  severity,
  all: [{ value: 'used', is: 'at least', than: share }],
  source: `Altinity/Skills (load): ${percentText(share)} of max_connections`,
  message: ({ values }) =>
    `${values.connections} connections are open, ${percentText(Number(values.used))} of max_connections (${values.limit}).`,
});

/** Open connections against `max_connections`. */
export const connections: NodeCheck = {
  id: 'connections',
  number: 72,
  title: 'Connections are nearly used up',
  group: 'resources',
  dimension: 'availability',
  scope: 'node',
  needs: [],
  measure(node) {
    const open = kinds.map((kind) => node.gauge(kind)).filter((count) => count !== undefined);
    if (open.length === 0) return unknown('This server does not count its connections.');
    const count = total(open, (each) => each);
    const limit = node.serverSetting('max_connections', shippedLimit);
    return measured([
      {
        subject: {},
        values: { connections: count, limit, used: limit > 0 ? count / limit : undefined },
      },
    ]);
  },
  rules: [rule('high', 0.9), rule('warning', 0.75)],
  explanation: 'Beyond max_connections the server accepts no connection, not even an operator’s.',
  causes: [
    'Clients that open a connection for each query and leave it open',
    'Connection pools that are too large for the number of clients',
    'A limit that is low for this machine',
  ],
  fix: () => ({
    sql: 'SELECT user, interface, address, count() AS queries FROM system.processes GROUP BY user, interface, address ORDER BY queries DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows who is at work. Reduce the pools of clients, or raise max_connections in the server’s configuration.',
  }),
  proof: { kind: 'fault' },
};
