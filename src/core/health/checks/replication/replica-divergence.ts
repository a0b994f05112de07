import { measured, type NodeCheck } from '../../check.ts';
import { objectKinds } from '../../readings/object-kinds.ts';
import { countText } from '../../wording.ts';

const hourMs = 3_600_000;

/** Two replicas made different parts of the same data. */
export const replicaDivergence: NodeCheck = {
  id: 'replica-divergence',
  number: 23,
  title: 'Replicas merge to different results',
  group: 'replication',
  dimension: 'safety',
  scope: 'node',
  about: { objects: objectKinds.replicatedTables },
  needs: [],
  series: ['DataAfterMergeDiffersFromReplica', 'DataAfterMutationDiffersFromReplica'],
  measure: (node) =>
    measured([
      {
        subject: { object: 'merges' },
        values: { lastHour: node.increase('DataAfterMergeDiffersFromReplica', hourMs) },
      },
      {
        subject: { object: 'mutations' },
        values: { lastHour: node.increase('DataAfterMutationDiffersFromReplica', hourMs) },
      },
    ]),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'lastHour', is: 'above', than: 0 }],
      source: 'Altinity/clickhouse-operator rules (DataAfterMergeDiffersFromReplica): any',
      message: (item) =>
        `${countText(Number(item.values.lastHour), 'result')} of ${item.subject.object} differed from the other replicas in the last hour, and had to be fetched from them.`,
    },
  ],
  explanation:
    'The same merge must give the same bytes everywhere. ClickHouse repairs the difference by fetching the part, which costs traffic; what lies behind it may also damage data.',
  causes: [
    'Replicas of different versions',
    'Different settings or codecs',
    'Faulty memory or a faulty disk',
    'A mutation that is not deterministic',
  ],
  fix: () => ({
    sql: 'SELECT hostName() AS host, version() AS version',
    risk: 'safe',
    note: 'Compare the versions of all replicas first, then their settings and hardware.',
  }),
  proof: {
    kind: 'rows',
    reason:
      'The counter rises only when replicas of different versions or faulty hardware merge differently.',
  },
};
