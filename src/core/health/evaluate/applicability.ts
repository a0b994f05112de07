import type { About } from '../check.ts';
import type { NodeObservation } from '../observation.ts';
import type { Cadence } from '../readings/cadence.ts';
import type { ObjectKind } from '../readings/object-kinds.ts';
import { isOlder } from '../releases.ts';
import { isStale } from './observed-node.ts';

/** Why a node cannot have what a check is about; undefined where it may. */
export interface Inapplicable {
  readonly reason: string;
  /** It explains an answer that is missing only: what was read is believed. */
  readonly onlyUnseen: boolean;
}

/** Looks at what was read of the node, and at its version where something is missing. */
export function inapplicable(
  about: About | undefined,
  observation: NodeObservation,
  cadence: Cadence,
  nowMs: number,
): Inapplicable | undefined {
  if (about?.objects && hasNone(about.objects, observation, cadence, nowMs))
    return { reason: `There are no ${about.objects.plural} on this server.`, onlyUnseen: false };
  const { since } = about ?? {};
  const { version } = observation.memory.newest ?? observation.node;
  if (since && isOlder(version, since))
    return {
      reason: `${since.brought} came with ClickHouse ${since.major}.${since.minor}; this server is ${version}.`,
      onlyUnseen: true,
    };
  return undefined;
}

/** Not what is merely unread, cut off, or denied: there may be some. */
function hasNone(
  { reading, engine }: ObjectKind,
  observation: NodeObservation,
  cadence: Cadence,
  nowMs: number,
): boolean {
  const newest = observation.memory.readings.get(reading.name)?.at(-1);
  if (!newest || newest.gap || newest.truncated) return false;
  if (isStale(observation, reading.tier, newest.atMs, cadence, nowMs)) return false;
  return !newest.rows.some((row) => engine === undefined || row.engine === engine);
}
