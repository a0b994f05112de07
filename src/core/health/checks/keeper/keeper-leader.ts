import type { ClusterCheck } from '../../check.ts';
import {
  answeringKeepers,
  keeperRole,
  measureKeepers,
  mntrNumber,
  newestSample,
  ofEnsemble,
} from './keeper-nodes.ts';

/** Whether there is one leader, and whether all follow it. */
export const keeperLeader: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-leader',
  number: 33,
  title: 'Keeper has no single leader, or followers out of sync',
  dimension: 'availability',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) => {
      const answering = answeringKeepers(keepers);
      const leaders = answering.filter((keeper) => /leader|standalone/.test(keeperRole(keeper)));
      // Where some do not answer, one of them may lead.
      const known = answering.length === keepers.length || leaders.length > 0;
      const leader = leaders.length === 1 ? newestSample(leaders[0]!) : undefined;
      const alone = leader?.mntr?.get('zk_server_state') === 'standalone';
      return [
        {
          subject: { object: 'ensemble' },
          values: {
            leaders: known ? leaders.length : undefined,
            followers: alone ? 0 : mntrNumber(leader, 'zk_followers', 'zk_learners'),
            synced: alone ? 0 : mntrNumber(leader, 'zk_synced_followers'),
          },
        },
      ];
    }),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'leaders', is: 'not', than: 1 }],
      holdMs: 60_000,
      source: 'ClickHouse/clickhouse-diagnostics: one leader',
      message: ({ values }) => `Of the Keeper servers that were named ${values.leaders} lead.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'followers', is: 'not', than: { value: 'synced' } }],
      holdMs: 60_000,
      source: 'ClickHouse/clickhouse-diagnostics: followers that are not in sync for a minute',
      message: ({ values }) =>
        `${values.synced} of ${values.followers} followers are in sync with the leader of Keeper.`,
    },
  ],
  explanation:
    'One server leads and the others follow. Without a leader nothing is decided; a follower that is not in sync is no help when the leader fails.',
  causes: [
    'An election that goes on, for the servers cannot reach one another',
    'Servers of several ensembles were named together',
    'A follower that is too slow, or loads a large snapshot',
  ],
  proof: { kind: 'fault' },
};
