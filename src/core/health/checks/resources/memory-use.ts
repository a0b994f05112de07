import { measured, type NodeCheck, unknown } from '../../check.ts';
import { smallest } from '../../readings/machine.ts';
import { percentText, sizeText } from '../../wording.ts';

/** How much of the memory that it may use the server takes. */
export const memoryUse: NodeCheck = {
  id: 'memory-use',
  number: 66,
  title: 'Memory is nearly used up',
  group: 'resources',
  dimension: 'resources',
  scope: 'node',
  needs: [],
  measure(node) {
    const residentBytes = node.gauge('MemoryResident');
    const limitBytes = smallest([
      node.gauge('OSMemoryTotal'),
      node.gauge('CGroupMemoryTotal'),
      node.serverSetting('max_server_memory_usage', 0),
    ]);
    if (residentBytes === undefined || limitBytes === undefined)
      return unknown('This server does not report its resident memory and a limit of it.');
    const used = residentBytes / limitBytes;
    return measured([{ subject: {}, values: { used, residentBytes, limitBytes } }]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'used', is: 'above', than: 0.9 }],
      keep: [{ value: 'used', is: 'above', than: 0.85 }],
      holdMs: 5 * 60_000,
      source: 'samber/awesome-prometheus-alerts, Altinity/Skills (memory): 90 %',
      message: (item) => message(item.values),
    },
    {
      severity: 'warning',
      all: [{ value: 'used', is: 'above', than: 0.8 }],
      keep: [{ value: 'used', is: 'above', than: 0.75 }],
      holdMs: 5 * 60_000,
      source: 'samber/awesome-prometheus-alerts: 80 % for 5 minutes',
      message: (item) => message(item.values),
    },
  ],
  explanation:
    'At its limit the server refuses queries and inserts with MEMORY_LIMIT_EXCEEDED; at the limit of the container or of the host the kernel kills it.',
  causes: [
    'Large joins, aggregations or sorts that run at the same time',
    'Dictionaries, Memory tables or primary keys that grew',
    'Caches that are configured larger than the machine allows',
    'Merges of wide tables',
  ],
  fix: () => ({
    sql: 'SELECT query_id, user, elapsed, formatReadableSize(memory_usage) AS memory FROM system.processes ORDER BY memory_usage DESC LIMIT 20',
    risk: 'safe',
    note: 'Shows which queries hold memory. End one with KILL QUERY, or bound them with max_memory_usage_for_user.',
  }),
  proof: { kind: 'sql' },
};

const message = (values: Readonly<Record<string, unknown>>): string =>
  `The server uses ${percentText(Number(values.used))} of the memory that it may use (${sizeText(Number(values.residentBytes))} of ${sizeText(Number(values.limitBytes))}).`;
