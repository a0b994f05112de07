import { type Measured, type Measurement, measured, notApplicable, unknown } from '../../check.ts';
import type { ClusterView } from '../../cluster-view.ts';
import type { NodeView } from '../../node-view.ts';
import type { KeeperObservation, KeeperSample } from '../../observation.ts';
import { keeperTable } from '../../readings/keeper.ts';

/** What all checks of the ensemble itself have in common. */
export const ofEnsemble = {
  group: 'keeper',
  scope: 'cluster',
  offline: true,
  needs: [],
  uses: [keeperTable],
} as const;

/** Measures the Keeper servers that were named, or says why there is nothing to measure. */
export function measureKeepers(
  cluster: ClusterView,
  measure: (keepers: readonly KeeperObservation[]) => readonly Measured[],
): Measurement {
  if (cluster.keepers.length > 0) return measured(measure(cluster.keepers));
  const configured = cluster.nodes.map((node) => node.optionalRows(keeperTable));
  if (configured.length > 0 && configured.every((rows) => rows?.length === 0))
    return notApplicable('No node of the cluster is configured with Keeper.');
  return unknown(
    'The cluster uses Keeper, and what its servers say is not asked: name the Keeper servers (host and client port) in the cluster’s settings, with mntr on their list of allowed words.',
  );
}

/** Why a check of one node's view of Keeper does not apply; undefined where it does. */
export const withoutKeeper = (node: NodeView): Measurement | undefined =>
  node.rows(keeperTable).length === 0 && (node.gauge('ZooKeeperSession') ?? 0) === 0
    ? notApplicable('The server is not configured with Keeper.')
    : undefined;

export const newestSample = (keeper: KeeperObservation): KeeperSample => keeper.samples.at(-1)!;

/** A number of `mntr`; undefined where the server did not answer or has no such line. */
export function mntrNumber(
  sample: KeeperSample | undefined,
  ...keys: string[]
): number | undefined {
  for (const key of keys) {
    const text = sample?.mntr?.get(key);
    if (text !== undefined && text !== '' && !Number.isNaN(Number(text))) return Number(text);
  }
  return undefined;
}

/** `leader`, `follower`, `observer`, `standalone`; '' where it does not say. */
export const keeperRole = (keeper: KeeperObservation): string =>
  newestSample(keeper).mntr?.get('zk_server_state') ?? '';

/** Only those that answered last: what the others would say is not known. */
export const answeringKeepers = (
  keepers: readonly KeeperObservation[],
): readonly KeeperObservation[] => keepers.filter((keeper) => newestSample(keeper).mntr);

/** Samples of the last `windowMs` that were answered, oldest first. */
export const answeredSamples = (
  keeper: KeeperObservation,
  windowMs: number,
): readonly KeeperSample[] =>
  keeper.samples.filter(
    (sample) => sample.mntr && sample.atMs >= newestSample(keeper).atMs - windowMs,
  );
