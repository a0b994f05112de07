import type { Reading } from '../../../model/fleet/reading.ts';
import type { Check } from '../check.ts';
import { counterIncrease } from '../memory/counter-increase.ts';
import type { NodeView } from '../node-view.ts';
import type { NodeObservation } from '../observation.ts';
import { type Cadence, staleIntervals } from '../readings/cadence.ts';
import { eventsOf1816 } from '../readings/events-of-18-16.ts';
import type { ReadingDefinition, RowOf } from '../readings/reading-definition.ts';
import { mergeTreeSettings, serverSettings, tableSettings } from '../readings/settings.ts';
import { namedSettings, parseTableSettings, settingNumber } from './table-settings.ts';

type Rows<Definition extends ReadingDefinition> = readonly RowOf<Definition>[];

/** Whether something read at `atMs` is too old to be an answer. */
export const isStale = (
  observation: NodeObservation,
  tier: ReadingDefinition['tier'],
  atMs: number,
  cadence: Cadence,
  nowMs: number,
): boolean => nowMs - atMs > staleIntervals * cadence[tier] * (observation.stretch ?? 1);

/** One node as a check sees it. What the check did not declare is refused: it would not be kept. */
export function viewNode(
  observation: NodeObservation,
  check: Check,
  cadence: Cadence,
  nowMs: number,
): NodeView {
  const { memory, unreachable, capabilities } = observation;
  const vitals = unreachable && unreachable.misses > 1 ? undefined : memory.newest;
  const newest = (name: string): Reading | undefined => memory.readings.get(name)?.at(-1);
  const fresh = (reading: ReadingDefinition): Reading | undefined => {
    const found = newest(reading.name);
    if (!found || found.gap) return undefined;
    return isStale(observation, reading.tier, found.atMs, cadence, nowMs) ? undefined : found;
  };
  const declared = new Set([
    ...check.needs.map((need) => need.reading.name),
    ...(check.uses ?? []).map((reading) => reading.name),
  ]);
  const series = new Set(check.series);
  const askFor = (kind: string, name: string, among: ReadonlySet<string>): void => {
    if (!among.has(name))
      throw new Error(`Check ${check.id} does not declare the ${kind} ${name}.`);
  };
  const settings = settingsOf(newest);
  return {
    node: observation.node,
    nowMs,
    serverNowMs: nowMs + (vitals?.clock?.skewMs ?? 0),
    uptimeMs: vitals && nowMs - vitals.startedMs,
    vitals,
    unreachable,
    capabilities,
    certificate: observation.certificate,
    rows<Definition extends ReadingDefinition>(reading: Definition): Rows<Definition> {
      askFor('reading', reading.name, declared);
      return (newest(reading.name)?.rows ?? []) as Rows<Definition>;
    },
    optionalRows<Definition extends ReadingDefinition>(reading: Definition) {
      askFor('reading', reading.name, declared);
      return fresh(reading)?.rows as Rows<Definition> | undefined;
    },
    history<Definition extends ReadingDefinition>(reading: Definition) {
      askFor('reading', reading.name, declared);
      return (memory.readings.get(reading.name) ?? [])
        .filter((each) => !each.gap)
        .map((each) => ({ atMs: each.atMs, rows: each.rows as Rows<Definition> }));
    },
    get missingGrants() {
      return missingGrants(observation);
    },
    gauge: (name) => vitals?.gauges.get(name),
    increase(name, windowMs) {
      askFor('series', name, series);
      if (!vitals || vitals.counters.size === 0 || !hasCounter(observation, name)) return undefined;
      return counterIncrease(memory, name, windowMs, nowMs);
    },
    gauges(name, windowMs) {
      askFor('series', name, series);
      const place = memory.tracked.indexOf(name);
      const points = memory.hosts.get(vitals?.hostName ?? '')?.points ?? [];
      return points.flatMap(({ atMs, values }) => {
        const value = values[place];
        return typeof value === 'number' && atMs > nowMs - windowMs ? [{ atMs, value }] : [];
      });
    },
    restarts: (windowMs) =>
      [...memory.hosts.values()]
        .flatMap((host) => host.points)
        .filter((point) => point.restarted && point.atMs > nowMs - windowMs).length,
    intervalMs: (tier) => cadence[tier] * (observation.stretch ?? 1),
    usualPerHour: (counter) => observation.usual?.get(counter),
    ...settings,
  };
}

/** From the tables that are hidden, and from readings that were denied. */
function missingGrants({ memory, capabilities }: NodeObservation): ReadonlyMap<string, string> {
  const missing = new Map(capabilities?.denied);
  for (const [name, readings] of memory.readings) {
    const gap = readings.at(-1)?.gap;
    if (gap?.reason !== 'grant' || gap.grant === undefined) continue;
    if (![...missing.values()].includes(gap.grant)) missing.set(name, gap.grant);
  }
  return missing;
}

/** `system.events` leaves out what is zero: whether the server would count this at all. */
function hasCounter({ memory, capabilities }: NodeObservation, name: string): boolean {
  const place = memory.tracked.indexOf(name);
  const seen = [...memory.hosts.values()].some(
    (host) =>
      host.newest.counters.has(name) || host.points.some((point) => point.values[place] != null),
  );
  if (seen) return true;
  const columns = capabilities?.tables.get('metric_log');
  return columns ? columns.has(`ProfileEvent_${name}`) : eventsOf1816.has(name);
}

/** Settings are looked up for each of thousands of tables, by many checks: indexed once a reading. */
function settingsOf(
  newest: (name: string) => Reading | undefined,
): Pick<NodeView, 'mergeTreeSetting' | 'serverSetting'> {
  return {
    mergeTreeSetting: (database, table, setting) =>
      settingNumber(
        indexedTables(newest(tableSettings.name)).get(tableKey(database, table))?.get(setting),
      ) ?? settingNumber(indexedSettings(newest(mergeTreeSettings.name)).get(setting)),
    serverSetting: (name, otherwise) =>
      settingNumber(indexedSettings(newest(serverSettings.name)).get(name)) ?? otherwise,
  };
}

const tableKey = (database: unknown, table: unknown): string => JSON.stringify([database, table]);

const indexedSettings = oncePerReading(({ rows }) => namedSettings(rows));
const indexedTables = oncePerReading(
  ({ rows }) =>
    new Map(
      rows.map((row) => [
        tableKey(row.database, row.table),
        parseTableSettings(typeof row.settings === 'string' ? row.settings : ''),
      ]),
    ),
);

/** Remembers what was made of a reading for as long as the reading itself lives. */
function oncePerReading<Value>(
  make: (reading: Reading) => ReadonlyMap<string, Value>,
): (reading: Reading | undefined) => ReadonlyMap<string, Value> {
  const known = new WeakMap<Reading, ReadonlyMap<string, Value>>();
  return (reading) => {
    if (!reading) return new Map();
    const found = known.get(reading) ?? make(reading);
    known.set(reading, found);
    return found;
  };
}
