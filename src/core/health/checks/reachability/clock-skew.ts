import { type Measured, measured, type NodeCheck } from '../../check.ts';

const message = (item: Measured): string => {
  const seconds = Number(item.values.skewSeconds);
  return `The server's clock is ${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} the one of this monitor.`;
};
const source = 'guideline; half of the round trip is allowed for';

/** How far a server's clock is off. */
export const clockSkew: NodeCheck = {
  id: 'clock-skew',
  number: 11,
  title: 'Clock is off',
  group: 'reachability',
  dimension: 'configuration',
  scope: 'node',
  needs: [],
  measure: ({ vitals }) => {
    const clock = vitals?.clock;
    const off = clock && Math.max(0, Math.abs(clock.skewMs) - clock.uncertaintyMs) / 1_000;
    return measured([
      {
        subject: {},
        values: { offSeconds: off, skewSeconds: clock && clock.skewMs / 1_000 },
      },
    ]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'offSeconds', is: 'above', than: 5 }],
      keep: [{ value: 'offSeconds', is: 'above', than: 4 }],
      source,
      message,
    },
    {
      severity: 'warning',
      all: [{ value: 'offSeconds', is: 'above', than: 1 }],
      keep: [{ value: 'offSeconds', is: 'above', than: 0.5 }],
      source,
      message,
    },
  ],
  explanation:
    "now() differs between replicas, data is sorted into wrong partitions, TTLs expire at the wrong time, and certificates may not be valid yet. If all servers are off by the same amount, it is this monitor's clock.",
  causes: ['The time service of the host does not run', 'A virtual machine was paused'],
  fix: () => ({
    sql: 'SELECT hostName() AS host, now() AS time, timezone() AS zone',
    risk: 'safe',
    note: 'Shows the time. Start chrony or another time service on the host.',
  }),
  proof: {
    kind: 'rows',
    reason: "A test may not set this machine's clock; the statement that reads it is executed.",
  },
};
