import type { Reading, VitalsSample } from '../../../model/fleet/reading.ts';
import type { ReadingDefinition } from '../readings/reading-definition.ts';
import { mergeLogRows } from './log-rows.ts';

/** What is remembered of one host's counters and gauges at one moment. */
interface SeriesPoint {
  readonly atMs: number;
  /** The server was started anew since the point before: its counters began at zero. */
  readonly restarted: boolean;
  /** By place in `NodeMemory.tracked`; null where the server did not tell. */
  readonly values: readonly (number | null)[];
}

/** Everything of one node that the checks look back at; bounded in time and in width. */
export interface NodeMemory {
  /** Names whose history is kept. */
  readonly tracked: readonly string[];
  /** Newest vitals, in full. */
  readonly newest: VitalsSample | undefined;
  /** By hostName: several servers can answer at one address. */
  readonly hosts: ReadonlyMap<string, HostMemory>;
  /** By name of the reading, oldest first. */
  readonly readings: ReadonlyMap<string, readonly Reading[]>;
  /** The last failures of readings whose earlier rows are still kept, by name. */
  readonly failures: ReadonlyMap<string, Reading>;
}

export interface HostMemory {
  /** Newest sample of this host in full, to see its counters fall. */
  readonly newest: VitalsSample;
  readonly points: readonly SeriesPoint[];
}

/** How far back memory reaches. */
const memoryMs = 3_600_000;
/** Points of one host at most: an hour at the quickest cadence, and some. */
const pointLimit = 400;
/** Hosts behind one address at most; the longest silent is forgotten first. */
const hostLimit = 32;
const keptSamplesLimit = 60;

export const emptyMemory = (tracked: readonly string[]): NodeMemory => ({
  tracked,
  newest: undefined,
  hosts: new Map(),
  readings: new Map(),
  failures: new Map(),
});

/** Adds vitals. A sample that is not newer than the newest of its host changes nothing. */
export function rememberVitals(memory: NodeMemory, sample: VitalsSample): NodeMemory {
  const host = memory.hosts.get(sample.hostName);
  if (host && host.newest.atMs >= sample.atMs) return memory;
  const point: SeriesPoint = {
    atMs: sample.atMs,
    restarted: host !== undefined && hasRestarted(host.newest, sample),
    values: memory.tracked.map((name) => sampleValue(sample, name) ?? null),
  };
  const points = [...(host?.points ?? []), point]
    .filter((each) => each.atMs > sample.atMs - memoryMs - pointSlackMs)
    .slice(-pointLimit);
  const hosts = [...memory.hosts]
    .filter(([name, each]) => name !== sample.hostName && each.newest.atMs > sample.atMs - memoryMs)
    .sort(([, a], [, b]) => b.newest.atMs - a.newest.atMs)
    .slice(0, hostLimit - 1);
  return {
    ...memory,
    newest: sample,
    hosts: new Map([...hosts, [sample.hostName, { newest: sample, points }]]),
  };
}

/** One sample more than the hour, so that an increase over an hour has where to begin. */
const pointSlackMs = 120_000;

const sampleValue = (sample: VitalsSample, name: string): number | undefined =>
  sample.counters.get(name) ?? sample.gauges.get(name);

/**
 * Whether a server began anew between two samples of it: its uptime or one of its counters fell.
 * The collector's own clock is not trusted for this: it may have been set in between.
 */
export function hasRestarted(before: VitalsSample, after: VitalsSample): boolean {
  const uptimeMs = (sample: VitalsSample) => sample.atMs - sample.startedMs;
  if (uptimeMs(after) + 1_000 < uptimeMs(before)) return true;
  for (const [name, value] of after.counters)
    if (value < (before.counters.get(name) ?? 0)) return true;
  return false;
}

/**
 * How much each counter grew from one sample of a host to its next: all of it, where the server
 * began anew in between. Empty without a sample before, or for one of another host.
 */
export function counterIncreases(
  before: VitalsSample | undefined,
  after: VitalsSample,
): ReadonlyMap<string, number> {
  if (before?.hostName !== after.hostName) return new Map();
  const restarted = hasRestarted(before, after);
  return new Map(
    [...after.counters].map(([name, value]) => [
      name,
      restarted ? value : value - (before.counters.get(name) ?? 0),
    ]),
  );
}

/**
 * Adds readings; of each as many as its definition keeps (one, where it has none). One that failed
 * for the moment leaves the rows that are there to grow stale; one that cannot be answered at all,
 * for want of a table or a right, takes their place.
 */
export function rememberReadings(
  memory: NodeMemory,
  readings: readonly Reading[],
  definitions: ReadonlyMap<string, ReadingDefinition>,
): NodeMemory {
  const all = new Map(memory.readings);
  const failures = new Map(memory.failures);
  const skewMs = memory.newest?.clock?.skewMs ?? 0;
  for (const reading of readings) {
    const before = all.get(reading.name) ?? [];
    const last = before.at(-1);
    if (reading.gap?.reason === 'error' && last && !last.gap) {
      failures.set(reading.name, reading);
      continue;
    }
    failures.delete(reading.name);
    all.set(reading.name, kept(before, reading, definitions.get(reading.name), skewMs));
  }
  return { ...memory, readings: all, failures };
}

function kept(
  before: readonly Reading[],
  reading: Reading,
  definition: ReadingDefinition | undefined,
  skewMs: number,
): readonly Reading[] {
  const good = before.filter((each) => !each.gap);
  if (reading.gap) return [reading];
  if (definition?.log)
    return [mergeLogRows(good.at(-1), reading, definition.log.keepMinutes, skewMs)];
  return [...good, reading].slice(-Math.min(definition?.keepSamples ?? 1, keptSamplesLimit));
}
