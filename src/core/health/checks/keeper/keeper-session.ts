import { measured, type NodeCheck, unknown } from '../../check.ts';
import { keeperSessions, keeperTable } from '../../readings/keeper.ts';
import { replicas } from '../../readings/replication.ts';
import { countText } from '../../wording.ts';
import { withoutKeeper } from './keeper-nodes.ts';

const windowMs = 3_600_000;

/** The server's session with Keeper: none, expired, or more than there should be. */
export const keeperSession: NodeCheck = {
  id: 'keeper-session',
  number: 28,
  title: 'The session with Keeper is lost',
  group: 'keeper',
  dimension: 'availability',
  scope: 'node',
  needs: [{ reading: keeperTable, absent: 'unknown' }],
  uses: [keeperSessions, replicas],
  series: ['ZooKeeperSession'],
  measure(node) {
    const none = withoutKeeper(node);
    if (none) return none;
    const connections = node.optionalRows(keeperSessions);
    const tables = node.optionalRows(replicas);
    const hadSession = node.gauges('ZooKeeperSession', windowMs).some(({ value }) => value > 0);
    const told = [
      ...(connections ?? []).map((each) => each.expired),
      ...(tables ?? []).map((each) => each.isSessionExpired),
    ];
    const sessions = node.gauge('ZooKeeperSession');
    const expired = told.includes(true);
    if (sessions === undefined && !expired)
      return unknown('This server does not count its sessions with Keeper.');
    // A session is made when it is first needed: without replicated tables there may be none.
    const needed = hadSession || (tables && tables.length > 0);
    if (sessions === 0 && needed === undefined && !expired)
      return unknown('There is no session, and whether one is needed is told by system.replicas.');
    // One for each ensemble; servers that do not list them know a single one.
    const configured = Math.max(1, new Set(connections?.map((each) => each.name)).size);
    return measured([{ subject: {}, values: { sessions, needed, expired, configured } }]);
  },
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'expired', is: 'equal to', than: true }],
      source: 'ClickHouse/clickhouse-diagnostics: a session that expired',
      message: () => 'The session with Keeper has expired, and no new one was made.',
    },
    {
      severity: 'critical',
      all: [
        { value: 'sessions', is: 'equal to', than: 0 },
        { value: 'needed', is: 'equal to', than: true },
      ],
      source: 'ClickHouse/clickhouse-diagnostics: no session',
      message: () => 'The server has no session with Keeper, though replicated tables need one.',
    },
    {
      severity: 'critical',
      all: [{ value: 'sessions', is: 'above', than: { value: 'configured' } }],
      holdMs: 300_000,
      source:
        'Altinity/clickhouse-operator, grafana/clickhouse-mixin: more than one session for an ensemble; one for each auxiliary ensemble is right',
      message: ({ values }) =>
        `The server has ${countText(Number(values.sessions), 'session')} with Keeper where ${values.configured} would be right: it may not see what it wrote itself.`,
    },
  ],
  explanation:
    'Replicated tables are read-only without a session, ON CLUSTER statements stand still, and inserts fail.',
  causes: [
    'Keeper is down, or has lost its quorum',
    'The network between this server and Keeper',
    'Keeper is so slow that heartbeats come too late',
    'A session left behind by a reconnection (more than one)',
  ],
  fix: () => ({
    sql: "SELECT name, value FROM system.zookeeper WHERE path = '/'",
    risk: 'safe',
    note: 'Asks Keeper from this server. Where it fails, look at Keeper and the network first: tables recover by themselves once it is back; SYSTEM RESTART REPLICA helps one that does not.',
  }),
  proof: { kind: 'fault' },
};
