import type { Reading, ReadingRow, VitalsSample } from '../../../model/fleet/reading.ts';
import type { Check } from '../check.ts';
import {
  emptyMemory,
  type NodeMemory,
  rememberReadings,
  rememberVitals,
} from '../memory/node-memory.ts';
import type { KeeperObservation, NodeObservation } from '../observation.ts';
import { defaultCadence } from '../readings/cadence.ts';
import { grantStatement } from '../readings/capabilities.ts';
import type { ReadingDefinition } from '../readings/reading-definition.ts';
import { mergeTreeSettings, serverSettings, settingReadings } from '../readings/settings.ts';
import type { CaseNumber, KeeperCase, NodeCase, Situation } from './check-case.ts';

/** Something that is taken away from every node of a case. */
export interface Loss {
  readonly reading?: string;
  readonly how: 'table' | 'grant' | 'column' | 'vitals';
  readonly column?: string;
}

const defaultUptimeMs = 30 * 86_400_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** The readings that a check can ask for, and those that say whether it applies. */
export const readingsOf = (check: Check): readonly ReadingDefinition[] => [
  ...new Map(
    [
      ...settingReadings,
      ...(check.about?.objects ? [check.about.objects.reading] : []),
      ...check.needs.map((need) => need.reading),
      ...(check.uses ?? []),
    ].map((reading) => [reading.name, reading] as const),
  ).values(),
];

/** What the evaluation would be given for a situation, at a time. */
export function observeSituation(
  check: Check,
  situation: Situation,
  nowMs: number,
  loss?: Loss,
): { nodes: readonly NodeObservation[]; keepers: readonly KeeperObservation[] } {
  const nodes = situation.nodes ?? [situation.node ?? {}];
  return {
    nodes: nodes.map((each, place) =>
      observeNode(check, withObjects(check, each), place, nowMs, loss),
    ),
    keepers: (situation.keepers ?? []).map((each) => observeKeeper(each, nowMs)),
  };
}

/** Where a case does not say otherwise, there is one of the objects that the check is about. */
function withObjects(check: Check, given: NodeCase): NodeCase {
  const kind = check.about?.objects;
  if (!kind || check.needs.some(({ reading }) => reading === kind.reading)) return given;
  const example = kind.engine === undefined ? {} : { engine: kind.engine };
  return { ...given, rows: { [kind.reading.name]: [example], ...given.rows } };
}

function observeNode(
  check: Check,
  given: NodeCase,
  place: number,
  nowMs: number,
  loss: Loss | undefined,
): NodeObservation {
  const id = given.id ?? `n${place + 1}:8123`;
  const host = id.replace(/:\d+$/, '');
  const version = given.version ?? '26.7.1.1';
  const definitions = readingsOf(check);
  for (const name of Object.keys(given.rows ?? {}))
    if (!definitions.some((each) => each.name === name))
      throw new Error(`${check.id} does not read ${name}: see its needs and uses.`);
  let memory = emptyMemory(check.series ?? []);
  for (let agoMs = hourMs + minuteMs; agoMs >= 0; agoMs -= minuteMs)
    memory = rememberVitals(memory, vitalsAt(given, host, version, nowMs, agoMs, loss));
  memory = definitions.reduce(
    (known, definition) => rememberReading(known, definition, given, nowMs, loss),
    memory,
  );
  const tables = new Map(
    definitions
      .filter((each) => loss?.reading !== each.name || loss.how === 'column')
      .map((each) => [each.table, new Set<string>()] as const),
  );
  return {
    node: {
      id,
      host,
      port: 8123,
      hostName: host,
      version,
      online: !given.unreachable,
      ...given.node,
    },
    memory,
    capabilities: { version, tables, denied: deniedTables(given), functions: new Set() },
    ...(given.unreachable && { unreachable: given.unreachable }),
    ...(given.certificate && { certificate: given.certificate }),
    ...(given.usual && { usual: new Map(Object.entries(given.usual)) }),
  };
}

const deniedTables = (given: NodeCase): ReadonlyMap<string, string> =>
  new Map((given.denied ?? []).map((table) => [table, grantStatement(table, 'castellan')]));

function vitalsAt(
  given: NodeCase,
  hostName: string,
  version: string,
  nowMs: number,
  agoMs: number,
  loss: Loss | undefined,
): VitalsSample {
  const all = loss?.how === 'vitals' ? {} : given;
  const numbers = (values: Readonly<Record<string, CaseNumber>> | undefined) =>
    new Map(
      Object.entries(values ?? {})
        .map(([name, value]) => [name, typeof value === 'number' ? value : value(agoMs)] as const)
        .filter(([, value]) => !Number.isNaN(value)),
    );
  const grown = Object.entries(all.increases ?? {}).map(
    ([name, by]) => [name, 1_000 + by * Math.max(0, 1 - agoMs / (4 * minuteMs))] as const,
  );
  const alive = loss?.how === 'vitals' ? [] : [['Query', 1_000_000 - agoMs / 1_000] as const];
  return {
    atMs: nowMs - agoMs - (given.vitalsAgoMs ?? 0),
    startedMs: nowMs - uptimeAgoMs(given, agoMs),
    hostName,
    version,
    ...(given.skewMs !== null && { clock: { skewMs: given.skewMs ?? 0, uncertaintyMs: 1 } }),
    gauges: numbers(all.gauges),
    counters: new Map([...alive, ...numbers(all.counters), ...grown]),
  };
}

/** How long before now the server that answered `agoMs` ago had been started. */
const uptimeAgoMs = (given: NodeCase, agoMs: number): number =>
  Math.min(
    given.uptimeMs ?? defaultUptimeMs,
    ...(given.restartsAgoMs ?? []).filter((restart) => restart >= agoMs),
  );

function rememberReading(
  memory: NodeMemory,
  definition: ReadingDefinition,
  given: NodeCase,
  nowMs: number,
  loss: Loss | undefined,
): NodeMemory {
  const samples = definition.keepSamples ?? 1;
  const definitions = new Map([[definition.name, definition]]);
  let known = memory;
  for (let back = samples - 1; back >= 0; back--) {
    const atMs = nowMs - back * defaultCadence[definition.tier];
    known = rememberReadings(known, [readingAt(definition, given, atMs, loss)], definitions);
  }
  return known;
}

function readingAt(
  definition: ReadingDefinition,
  given: NodeCase,
  atMs: number,
  loss: Loss | undefined,
): Reading {
  const lost = loss?.reading === definition.name ? loss : undefined;
  const base = { name: definition.name, atMs, rows: [], truncated: false, sql: '' };
  if (lost?.how === 'table')
    return { ...base, missingColumns: [], gap: { reason: 'table', detail: 'no such table' } };
  if (lost?.how === 'grant')
    return {
      ...base,
      missingColumns: [],
      gap: { reason: 'grant', detail: 'not allowed', grant: `GRANT SELECT ON system.x TO y` },
    };
  const rows = rowsOf(definition, given, atMs);
  for (const row of rows) refuseStrangeCells(definition, row);
  const missing = lost?.how === 'column' && lost.column !== undefined ? [lost.column] : [];
  return {
    ...base,
    sql: `SELECT … FROM system.${definition.table}`,
    missingColumns: missing,
    rows: rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).filter(([name, cell]) => !missing.includes(name) && cell != null),
      ),
    ),
  };
}

function rowsOf(
  definition: ReadingDefinition,
  given: NodeCase,
  atMs: number,
): readonly ReadingRow[] {
  const rows = given.rows?.[definition.name];
  if (rows) return typeof rows === 'function' ? rows(atMs) : rows;
  const settings =
    definition.name === mergeTreeSettings.name
      ? given.mergeTreeSettings
      : definition.name === serverSettings.name
        ? given.serverSettings
        : undefined;
  return Object.entries(settings ?? {}).map(([name, value]) => ({
    name,
    value: String(value),
    changed: false,
  }));
}

/** A row that the reading could not have given proves nothing. */
function refuseStrangeCells(definition: ReadingDefinition, row: ReadingRow): void {
  const kinds = { text: 'string', number: 'number', flag: 'boolean', texts: 'object' } as const;
  for (const [name, cell] of Object.entries(row)) {
    const column = definition.columns[name];
    if (!column) throw new Error(`${definition.name} has no column ${name}.`);
    if (cell !== null && cell !== undefined && typeof cell !== kinds[column.kind])
      throw new Error(`${definition.name}.${name} is a ${column.kind}, not ${typeof cell}.`);
  }
}

const observeKeeper = (given: KeeperCase, nowMs: number): KeeperObservation => ({
  id: given.id,
  samples: Array.from({ length: 61 }, (_, place) => {
    const agoMs = (60 - place) * minuteMs;
    const mntr =
      typeof given.mntr === 'function' ? given.mntr(agoMs) : new Map(Object.entries(given.mntr));
    return { atMs: nowMs - agoMs, mntr, ...(!mntr && { problem: 'connection refused' }) };
  }),
});
