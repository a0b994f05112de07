import { sqlString } from '../../../../base/sql-text.ts';
import { type Measured, measured, type NodeCheck, type Rule } from '../../check.ts';
import { ddlQueue as queue } from '../../readings/distributed.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { countText, durationText } from '../../wording.ts';

const waiting = new Set(['Active', 'Inactive']);
/** The table is there already; the version does not fit; Keeper failed. */
const tellingCodes = new Set([57, 571, 999]);

const age = (severity: Rule['severity'], ageSeconds: number): Rule => ({
  severity,
  all: [{ value: 'oldestSeconds', is: 'above', than: ageSeconds }],
  source: 'Altinity/Skills (DDL queue): 120 and 600 s',
  message: ({ subject, values }) =>
    `${subject.object} has not finished a statement that was run ON CLUSTER ${durationText(Number(values.oldestSeconds))} ago (${values.oldestEntry}); ${values.waiting} wait.`,
});

const backlog = (severity: Rule['severity'], count: number): Rule => ({
  severity,
  all: [{ value: 'waiting', is: 'above', than: count }],
  source: 'Altinity/Skills (DDL queue): 100 and 1,000 waiting',
  message: ({ subject, values }) =>
    `${countText(Number(values.waiting), 'statement')} run ON CLUSTER wait for ${subject.object}.`,
});

/** Whether statements that are run ON CLUSTER are carried out everywhere. */
export const ddlQueue: NodeCheck = {
  id: 'ddl-queue',
  number: 90,
  title: 'ON CLUSTER statements are stuck',
  group: 'integrations',
  dimension: 'configuration',
  scope: 'node',
  about: { objects: objectKinds.keeper },
  needs: [
    {
      reading: queue,
      columns: ['entry', 'host', 'status', 'ageSeconds', 'code'],
      absent: 'unknown',
    },
  ],
  measure(node) {
    const byHost = Map.groupBy(node.rows(queue), (row) => row.host ?? '');
    return measured(
      [...byHost].map(([host, rows]): Measured => {
        const left = rows.filter((row) => waiting.has(row.status ?? ''));
        const oldest = left.toSorted((a, b) => (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0))[0];
        return {
          subject: { object: host },
          values: {
            waiting: left.length,
            oldestSeconds: oldest?.ageSeconds ?? 0,
            oldestEntry: oldest?.entry,
            failedInAnHour: rows.filter(
              (row) => tellingCodes.has(row.code ?? 0) && (row.ageSeconds ?? 0) <= 3_600,
            ).length,
          },
        };
      }),
    );
  },
  rules: [
    backlog('high', 1_000),
    age('high', 600),
    backlog('warning', 100),
    age('warning', 120),
    {
      severity: 'warning',
      all: [{ value: 'failedInAnHour', is: 'at least', than: 10 }],
      source:
        'ClickHouse/clickhouse-diagnostics: codes 57, 571 and 999 in numbers; 10 an hour: guideline',
      message: ({ subject, values }) =>
        `${countText(Number(values.failedInAnHour), 'statement')} run ON CLUSTER failed on ${subject.object} within an hour with the codes 57, 571 or 999.`,
    },
  ],
  explanation:
    'Each host works off the queue in order: one statement that is stuck holds up all that follow, so that tables drift apart.',
  causes: [
    'A host that is down, or that is called otherwise than in remote_servers',
    'A long ALTER or OPTIMIZE at the head of the queue',
    'Keeper is slow or lost its session',
    'A host that left the cluster but is still named in it',
  ],
  fix: ({ values }) => ({
    sql: `SELECT host, status, exception_code, exception_text, query_create_time FROM system.distributed_ddl_queue WHERE entry = ${sqlString(String(values.oldestEntry ?? ''))}`,
    risk: 'safe',
    note: 'Shows where the oldest statement stands. Run it by hand on a host that cannot; end a long one with KILL MUTATION or KILL QUERY.',
  }),
  proof: { kind: 'sql' },
};
