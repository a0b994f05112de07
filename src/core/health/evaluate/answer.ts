import type { Check, Measured, Measurement, Need } from '../check.ts';
import type { NodeObservation } from '../observation.ts';
import type { Cadence } from '../readings/cadence.ts';
import { isOlder } from '../releases.ts';
import { nameText } from '../wording.ts';
import { isStale } from './observed-node.ts';

/** Why a check has no answer for a node. */
export interface NoAnswer {
  readonly kind: 'unknown' | 'not_applicable';
  readonly reason: string;
  readonly grant?: string;
  /** Something else says so already, or it will pass by itself: not worth a finding. */
  readonly quiet: boolean;
  /** What was open stays so; else its subjects are gone. */
  readonly keepsOpen: boolean;
  /** The node itself does not answer: it is down as far as the monitor can tell. */
  readonly unreachable?: true;
}

/** What a check measured, and when. */
export interface Answer {
  readonly kind: 'measured';
  readonly items: readonly Measured[];
  /** Time of the newest thing that it rests on: one sample. */
  readonly atMs: number;
  /** Not all subjects were read: one that is missing may still be there. */
  readonly truncated: boolean;
  /** Nodes that were not read: nor were their subjects. */
  readonly unread: ReadonlySet<string>;
}

const cannotTell = (reason: string, quiet: boolean, grant?: string): NoAnswer => ({
  kind: 'unknown',
  reason,
  ...(grant !== undefined && { grant }),
  quiet,
  keepsOpen: true,
});

/** Why a node cannot answer a check at all; undefined where its needs are met. */
export function objectionOf(
  check: Check,
  observation: NodeObservation,
  cadence: Cadence,
  nowMs: number,
): NoAnswer | undefined {
  const { unreachable, memory } = observation;
  if (check.offline) return undefined;
  if (unreachable && (unreachable.misses > 1 || !memory.newest))
    return {
      ...cannotTell(`The node cannot be reached: ${unreachable.message}`, true),
      unreachable: true,
    };
  if (!memory.newest) return cannotTell('The node has not been read yet.', true);
  if (isStale(observation, 'vitals', memory.newest.atMs, cadence, nowMs))
    return cannotTell('The newest sample of the node is too old.', true);
  if (check.graceMs !== undefined && nowMs - memory.newest.startedMs < check.graceMs)
    return {
      kind: 'not_applicable',
      reason: `The server started less than ${check.graceMs / 60_000} minutes ago.`,
      quiet: true,
      keepsOpen: true,
    };
  for (const need of check.needs) {
    const objection = needObjection(need, observation, cadence, nowMs);
    if (objection) return objection;
  }
  return undefined;
}

function needObjection(
  need: Need,
  observation: NodeObservation,
  cadence: Cadence,
  nowMs: number,
): NoAnswer | undefined {
  const { name, tier, columns } = need.reading;
  const reading = observation.memory.readings.get(name)?.at(-1);
  if (!reading) return cannotTell(`${name} has not been read yet.`, true);
  const failure = observation.memory.failures.get(name)?.gap;
  const turnedOff = reading.gap?.reason === 'setting';
  const { version } = observation.memory.newest ?? observation.node;
  if (reading.gap?.reason === 'table' && need.since && isOlder(version, need.since))
    return undefined;
  if (
    reading.gap &&
    (turnedOff || (reading.gap.reason === 'table' && need.absent === 'not_applicable'))
  )
    return {
      kind: 'not_applicable',
      reason: reading.gap.detail,
      quiet: true,
      keepsOpen: false,
    };
  if (reading.gap)
    return cannotTell(reading.gap.detail, reading.gap.reason === 'pending', reading.gap.grant);
  if (isStale(observation, tier, reading.atMs, cadence, nowMs))
    return cannotTell(failure?.detail ?? `The newest reading of ${name} is too old.`, false);
  const lost = (need.columns ?? Object.keys(columns)).find((column) =>
    reading.missingColumns.includes(column),
  );
  return lost === undefined
    ? undefined
    : cannotTell(
        `system.${need.reading.table} of this server does not tell ${nameText(lost)} (version ${observation.node.version}).`,
        false,
      );
}

/** Puts a measurement together with what it rests on. */
export function answerOf(
  check: Check,
  measurement: Measurement,
  observations: readonly NodeObservation[],
  nowMs: number,
  unread: ReadonlySet<string> = new Set(),
): Answer | NoAnswer {
  if (measurement.kind === 'unknown')
    return cannotTell(measurement.reason, false, measurement.grant);
  if (measurement.kind === 'not_applicable')
    return { kind: 'not_applicable', reason: measurement.reason, quiet: true, keepsOpen: false };
  const readings = observations.flatMap(({ memory }) =>
    check.needs.flatMap((need) => memory.readings.get(need.reading.name)?.at(-1) ?? []),
  );
  return {
    kind: 'measured',
    items: measurement.items,
    atMs: sampleTime(check, readings, observations, nowMs),
    truncated: readings.some((reading) => reading.truncated),
    unread,
  };
}

function sampleTime(
  check: Check,
  readings: readonly { readonly atMs: number }[],
  observations: readonly NodeObservation[],
  nowMs: number,
): number {
  if (check.offline) return nowMs;
  const times =
    check.needs.length > 0
      ? readings.map((reading) => reading.atMs)
      : observations.flatMap(({ memory }) => memory.newest?.atMs ?? []);
  return times.reduce((newest, each) => Math.max(newest, each), 0);
}
