import type { ClusterCheck, Value } from '../../check.ts';
import type { KeeperObservation } from '../../observation.ts';
import { countText, percentText } from '../../wording.ts';
import {
  answeredSamples,
  answeringKeepers,
  measureKeepers,
  mntrNumber,
  newestSample,
  ofEnsemble,
} from './keeper-nodes.ts';

const windowMs = 3_600_000;

/** Open files and ephemeral nodes of each Keeper server. */
export const keeperLimits: ClusterCheck = {
  ...ofEnsemble,
  id: 'keeper-limits',
  number: 36,
  title: 'Keeper nears a limit of its machine',
  dimension: 'resources',
  measure: (cluster) =>
    measureKeepers(cluster, (keepers) =>
      answeringKeepers(keepers).map((keeper) => ({
        subject: { object: keeper.id },
        values: limitsOf(keeper),
      })),
    ),
  rules: [
    {
      severity: 'high',
      all: [{ value: 'filesShare', is: 'above', than: 0.8 }],
      source: 'guideline: 80 % of the files that the process may open',
      message: ({ subject, values }) =>
        `${subject.object} has ${countText(Number(values.files), 'file')} and connections open, ${percentText(Number(values.filesShare))} of what it may.`,
    },
    {
      severity: 'warning',
      all: [{ value: 'files', is: 'above', than: 4_096 }],
      source: 'Altinity/clickhouse-operator: more than 4,096 open files',
      message: ({ subject, values }) =>
        `${subject.object} has ${countText(Number(values.files), 'file')} and connections open.`,
    },
    {
      severity: 'warning',
      all: [
        { value: 'ephemerals', is: 'above', than: { value: 'usualEphemerals', times: 10 } },
        { value: 'ephemerals', is: 'above', than: 1_000 },
      ],
      source: 'guideline: ten times the median of the last hour, and more than 1,000',
      message: ({ subject, values }) =>
        `${subject.object} has ${countText(Number(values.ephemerals), 'ephemeral node')}; the median of the last hour is ${values.usualEphemerals}.`,
    },
  ],
  explanation:
    'Each connection takes a file; at the limit Keeper accepts no further client. A sudden rise of ephemeral nodes means that clients connect again and again.',
  causes: [
    'Clients that leave connections open',
    'A low limit of open files (nofile) for the process',
    'Servers that lose their session and reconnect in a loop',
  ],
  proof: { kind: 'fault' },
};

function limitsOf(keeper: KeeperObservation): Readonly<Record<string, Value>> {
  const newest = newestSample(keeper);
  const files = mntrNumber(newest, 'zk_open_file_descriptor_count');
  const mayOpen = mntrNumber(newest, 'zk_max_file_descriptor_count');
  const ephemerals = answeredSamples(keeper, windowMs)
    .map((sample) => mntrNumber(sample, 'zk_ephemerals_count'))
    .filter((count) => count !== undefined)
    .sort((a, b) => a - b);
  return {
    files,
    filesShare: files === undefined || !mayOpen ? undefined : files / mayOpen,
    ephemerals: mntrNumber(newest, 'zk_ephemerals_count'),
    usualEphemerals: ephemerals[Math.floor(ephemerals.length / 2)],
  };
}
