/** One cause that explains other findings while it is open. */
export interface CauseRule {
  /** Id of the check whose finding is the cause. */
  readonly cause: string;
  /** Only where it is at least this bad. Default: warning. */
  readonly from?: 'warning' | 'high' | 'critical';
  /** Ids of the checks whose findings it explains. */
  readonly explains: readonly string[] | 'everything';
  /** Whose findings: those of the same node, or of the whole cluster. */
  readonly within: 'node' | 'cluster';
}

/** What follows from a server that has no working session with Keeper. */
const withoutKeeper = [
  'replica-readonly',
  'replica-lag',
  'replica-queue',
  'replica-stuck-entries',
  'replica-inactive',
  'replica-log-gap',
  'replica-fetch-failures',
  'replica-exception',
  'replica-parity',
  'keeper-latency',
  'keeper-exceptions',
  'keeper-unavailable',
  'merges-stalled',
  'slow-mutation',
  'failing-mutation',
  'ddl-queue',
  'inserts-held-up',
  'query-failures',
];

/** What follows from a disk that takes no more data. */
const withoutDisk = [
  'merges-stalled',
  'merge-failures',
  'crawling-merge',
  'inserts-held-up',
  'parts-per-partition',
  'slow-mutation',
  'failing-mutation',
  'replica-fetch-failures',
  'replica-queue',
  'replica-lag',
  'replica-stuck-entries',
  'log-pipeline',
  'disk-forecast',
  'merge-headroom',
  'query-failures',
  'distributed-queue',
];

/**
 * What explains what, the root first. A cause that is itself explained passes on to its own cause,
 * so that everything of one incident points at one finding.
 */
export const causeRules: readonly CauseRule[] = [
  { cause: 'node-down', explains: 'everything', within: 'node' },
  { cause: 'node-down', explains: ['shard-without-replica'], within: 'cluster' },
  {
    cause: 'node-down',
    explains: [
      'replica-inactive',
      'distributed-failures',
      'cluster-errors',
      'distributed-queue',
      'ddl-queue',
    ],
    within: 'cluster',
  },
  {
    cause: 'keeper-node-down',
    from: 'critical',
    explains: ['keeper-session', 'keeper-leader'],
    within: 'cluster',
  },
  { cause: 'keeper-node-down', from: 'critical', explains: withoutKeeper, within: 'cluster' },
  { cause: 'keeper-session', from: 'critical', explains: withoutKeeper, within: 'node' },
  { cause: 'keeper-unavailable', from: 'critical', explains: withoutKeeper, within: 'node' },
  { cause: 'disk-state', from: 'critical', explains: withoutDisk, within: 'node' },
  { cause: 'disk-space', from: 'critical', explains: withoutDisk, within: 'node' },
  {
    cause: 'replica-readonly',
    from: 'critical',
    explains: [
      'replica-lag',
      'replica-queue',
      'replica-stuck-entries',
      'replica-log-gap',
      'replica-exception',
      'merges-stalled',
    ],
    within: 'node',
  },
  {
    cause: 'merges-stalled',
    explains: ['parts-per-partition', 'parts-forecast', 'inserts-held-up', 'replica-queue'],
    within: 'node',
  },
  {
    cause: 'parts-per-partition',
    from: 'high',
    explains: ['parts-forecast', 'inserts-held-up'],
    within: 'node',
  },
  { cause: 'distributed-failures', from: 'high', explains: ['cluster-errors'], within: 'node' },
  { cause: 'memory-use', explains: ['memory-kills'], within: 'node' },
  { cause: 'memory-kills', from: 'critical', explains: ['query-failures'], within: 'node' },
  { cause: 'query-concurrency', explains: ['refused-queries'], within: 'node' },
  { cause: 'server-crash', explains: ['fatal-log', 'server-restarted'], within: 'node' },
];
