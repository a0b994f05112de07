import type { VitalsSample } from '../../../model/fleet/reading.ts';
import type { Capabilities } from './capabilities.ts';
import { parseNumber } from './parse-answer.ts';

const sources = [
  { kind: 'gauge', table: 'metrics', name: 'metric' },
  { kind: 'sampled', table: 'asynchronous_metrics', name: 'metric' },
  { kind: 'counter', table: 'events', name: 'event' },
] as const;

/** Tables of `system` without which little is known of a server's load. */
export const vitalsTables: readonly string[] = sources.map(({ table }) => table);

/**
 * The numbers of a server, its name, version, uptime and time in one statement that reads memory
 * only: rows `[kind, name, value]`. It is also the probe of reachability. Before the capabilities
 * are known it asks for nothing that may be denied.
 */
export function vitalsStatement(capabilities?: Capabilities): string {
  const exact = ['now64', 'toUnixTimestamp64Milli'];
  const time = exact.every((name) => capabilities?.functions.has(name))
    ? `toString(toUnixTimestamp64Milli(now64(3)))`
    : `toString(toUnixTimestamp(now()))`;
  const server = [
    ['hostName', 'hostName()'],
    ['version', 'version()'],
    ['uptime', 'toString(uptime())'],
    ['time', time],
  ].map(([name, sql]) => `SELECT 'server' AS kind, '${name}' AS name, ${sql} AS value`);
  const numbers = sources
    .filter(({ table }) => capabilities?.tables.has(table))
    .map(
      (source) =>
        `SELECT '${source.kind}' AS kind, ${source.name} AS name, toString(value) AS value FROM system.${source.table}`,
    );
  return [...server, ...numbers].join(' UNION ALL ');
}

/** When a request was sent and answered, by the collector's clock. */
export interface Exchange {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** Later than any real epoch in seconds, earlier than any in milliseconds since 1970. */
const secondsBound = 1e11;

/**
 * The sample of an answer of `vitalsStatement`; undefined where the server did not say who it is
 * and since when it runs, which no ClickHouse omits. Numbers that cannot be read are left out. Rows
 * come in any order, for the parts of a UNION ALL are read at the same time: where both tables of
 * metrics have a name, what it is now counts, not what the server sampled a while ago.
 */
export function parseVitals(
  rows: readonly unknown[],
  exchange: Exchange,
): VitalsSample | undefined {
  const server = new Map<string, string>();
  const gauges = new Map<string, number>();
  const sampled = new Map<string, number>();
  const counters = new Map<string, number>();
  for (const row of rows) {
    const [kind, name, value] = Array.isArray(row) ? row : [];
    if (typeof name !== 'string' || typeof value !== 'string') continue;
    if (kind === 'server') server.set(name, value);
    const number = parseNumber(value);
    if (number === undefined || Number.isNaN(number)) continue;
    if (kind === 'gauge') gauges.set(name, number);
    if (kind === 'sampled') sampled.set(name, number);
    if (kind === 'counter') counters.set(name, number);
  }
  const hostName = server.get('hostName');
  const version = server.get('version');
  const uptime = parseNumber(server.get('uptime') ?? '');
  if (hostName === undefined || version === undefined || uptime === undefined) return undefined;
  const atMs = exchange.receivedMs;
  const clock = clockOf(server.get('time'), exchange);
  return {
    atMs,
    startedMs: atMs - uptime * 1_000,
    hostName,
    version,
    ...(clock && { clock }),
    gauges: new Map([...sampled, ...gauges]),
    counters,
  };
}

/** A time in whole seconds lies half a second later on average, and half a second either side. */
function clockOf(text: string | undefined, exchange: Exchange): VitalsSample['clock'] | undefined {
  const time = parseNumber(text ?? '');
  if (time === undefined) return undefined;
  const whole = time < secondsBound;
  const serverMs = whole ? time * 1_000 + 500 : time;
  const middleMs = (exchange.sentMs + exchange.receivedMs) / 2;
  return {
    skewMs: serverMs - middleMs,
    uncertaintyMs: (exchange.receivedMs - exchange.sentMs) / 2 + (whole ? 500 : 0),
  };
}
