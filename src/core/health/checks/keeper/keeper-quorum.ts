import type { ClusterCheck } from '../../check.ts';
import {
  answeringKeepers,
  keeperRole,
  measureKeepers,
  mntrNumber,
  newestSample,
  ofEnsemble,
} from './keeper-nodes.ts';

/** How many servers the ensemble has. */
export const keeperQuorum: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-quorum',
  number: 38,
  title: 'Keeper has a number of servers that bears no failure',
  dimension: 'availability',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) => {
      const leader = answeringKeepers(keepers).find((each) => keeperRole(each) === 'leader');
      const followers = leader && mntrNumber(newestSample(leader), 'zk_followers', 'zk_learners');
      const roles = answeringKeepers(keepers).map(keeperRole);
      // A member of a larger ensemble of which only some were named: how many there are only its
      // leader knows.
      const partly = keepers.length === 1 && roles[0] !== undefined && roles[0] !== 'standalone';
      const members =
        partly && followers === undefined
          ? undefined
          : Math.max(keepers.length, (followers ?? 0) + 1);
      return [
        {
          subject: { object: 'ensemble' },
          values: { members, even: members === undefined ? undefined : members % 2 === 0 },
        },
      ];
    }),
  rules: [
    {
      severity: 'warning',
      all: [{ value: 'members', is: 'equal to', than: 1 }],
      source: 'ClickHouse/clickhouse-diagnostics: a single server',
      message: () =>
        'Keeper is a single server: when it fails, all replicated tables are read-only.',
    },
    {
      severity: 'warning',
      all: [{ value: 'even', is: 'equal to', than: true }],
      source: 'ClickHouse/clickhouse-diagnostics: an even number of servers',
      message: ({ values }) =>
        `Keeper has ${values.members} servers: an even number bears no more failures than one fewer.`,
    },
  ],
  explanation: 'Three servers bear the loss of one, five that of two. More make each write slower.',
  causes: [
    'An installation for tests that went into production',
    'A server that was added or lost',
  ],
  proof: { kind: 'fault' },
};
