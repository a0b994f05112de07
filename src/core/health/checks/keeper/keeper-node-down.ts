import type { ClusterCheck } from '../../check.ts';
import { answeringKeepers, measureKeepers, newestSample, ofEnsemble } from './keeper-nodes.ts';

/** Keeper servers that do not answer, and whether those left can still decide anything. */
export const keeperNodeDown: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-node-down',
  number: 32,
  title: 'A Keeper server does not answer',
  dimension: 'availability',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) => {
      const live = answeringKeepers(keepers).length;
      const members = keepers.map((keeper) => ({
        subject: { object: keeper.id },
        values: {
          down: newestSample(keeper).mntr === undefined,
          alone: keepers.length === 1,
          problem: newestSample(keeper).problem ?? '',
        },
      }));
      const ensemble = {
        subject: { object: 'ensemble' },
        values: { live, members: keepers.length, bound: Math.floor(keepers.length / 2) },
      };
      return [ensemble, ...members];
    }),
  rules: [
    {
      severity: 'critical',
      all: [{ value: 'live', is: 'at most', than: { value: 'bound' } }],
      source: 'guideline: without a majority Keeper decides nothing',
      message: ({ values }) =>
        `${values.live} of ${values.members} Keeper servers answer: that is no majority.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'down', is: 'equal to', than: true },
        { value: 'alone', is: 'equal to', than: false },
      ],
      source: 'Altinity/clickhouse-operator: a Keeper server is down',
      message: ({ subject, values }) => `${subject.object} does not answer: ${values.problem}.`,
    },
  ],
  explanation:
    'Keeper works as long as a majority of its servers does. One that is down is one that must not fail next; without a majority all replicated tables become read-only.',
  causes: [
    'The process or its machine is down',
    'The network, or a firewall between the monitor and Keeper',
    'mntr is not on the list of allowed four-letter words',
  ],
  fix: () => ({
    sql: 'SELECT database, table, is_readonly, is_session_expired FROM system.replicas WHERE is_readonly OR is_session_expired',
    risk: 'safe',
    note: 'Shows which tables suffer from it. Start the server that is down again; its data folder must be its own.',
  }),
  proof: { kind: 'fault' },
};
