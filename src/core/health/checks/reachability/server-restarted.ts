import { measured, type NodeCheck } from '../../check.ts';
import { durationText } from '../../wording.ts';

/** A server that was started anew, or keeps doing so. */
export const serverRestarted: NodeCheck = {
  id: 'server-restarted',
  number: 3,
  title: 'Server restarted',
  group: 'reachability',
  dimension: 'availability',
  scope: 'node',
  needs: [],
  samples: { open: 1, close: 1 },
  measure: (node) =>
    measured([
      {
        subject: {},
        values: {
          restartsLastHour: node.restarts(3_600_000),
          uptimeSeconds: node.uptimeMs === undefined ? undefined : node.uptimeMs / 1_000,
        },
      },
    ]),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'restartsLastHour', is: 'at least', than: 3 }],
      source: 'guideline: three restarts in an hour',
      message: (item) =>
        `The server was started anew ${item.values.restartsLastHour} times in the last hour.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'uptimeSeconds', is: 'below', than: 180 }],
      source: 'Altinity/clickhouse-operator rules and Netdata: 180 s',
      message: (item) =>
        `The server was started ${durationText(Number(item.values.uptimeSeconds))} ago.`,
    },
  ],
  explanation:
    'A restart drops running queries and caches. One that nobody ordered is a crash, or the kernel ended the server for want of memory.',
  causes: ['An upgrade or a change of configuration', 'A crash', 'The kernel ran out of memory'],
  fix: () => ({
    sql: 'SELECT hostName() AS host, version() AS version, uptime() AS uptime',
    risk: 'safe',
    note: "Look at the end of the server's log before the start, at system.crash_log, and at the kernel's log.",
  }),
  proof: { kind: 'fault' },
};
