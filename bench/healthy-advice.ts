/** A finding that a healthy pair of the tests' servers gives, and why it is right to give it. */
interface Advice {
  readonly check: string;
  readonly severity: string;
  readonly why: string;
}

/**
 * All that the monitor may say of a healthy, busy pair of ClickHouse 18.16 with one ZooKeeper
 * (`bench/healthy-hour.ts`). Written before the hour was run; whatever else opens is a false report.
 */
export const healthyAdvice: readonly Advice[] = [
  {
    check: 'version-skew',
    severity: 'info',
    why: 'Version 18.16 gets no fixes any more.',
  },
  {
    check: 'keeper-quorum',
    severity: 'warning',
    why: 'A single ZooKeeper bears no failure.',
  },
  {
    check: 'server-restarted',
    severity: 'warning',
    why: 'The servers are started for the run; it is over three minutes after.',
  },
];
