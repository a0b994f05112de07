import { randomUUID } from 'node:crypto';
import { checks } from '../../src/core/health/catalogue.ts';
import type { Check } from '../../src/core/health/check.ts';
import { monitorQueryPrefix } from '../../src/core/health/readings/monitor-query.ts';
import type { Watch, WatchedNode } from '../../src/core/health/testing/watch-nodes.ts';
import { eventually } from '../peers/castellan.ts';
import type { ClickHouseServer } from '../peers/clickhouse-pair.ts';

const hourMs = 3_600_000;
/** More than what is remembered of logs and counters. */
export const aWhileMs = hourMs + 180_000;

/** A check of the catalogue. */
export function checkOf(id: string): Check {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
}

/** `memory-kills critical`, for each open finding. */
export const found = (watch: Watch): string[] =>
  watch.findings().map((each) => `${each.check} ${each.severity}`);

/** Runs rounds until exactly these findings are open. */
export async function untilFound(watch: Watch, expected: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      await watch.rounds();
      return found(watch).sort();
    },
    (each) => each.join() === [...expected].sort().join(),
  );
}

/** A real server, asked as the monitor asks: its own statements do not count as the workload. */
export const watchedServer = (server: ClickHouseServer): WatchedNode => ({
  id: `${server.replica}:${server.httpPort}`,
  uptimeMs: 30 * 24 * hourMs,
  rows: async (sql) => {
    const queryId = `${monitorQueryPrefix}${randomUUID()}`;
    const text = await ask(server, `${sql} FORMAT JSONCompact`, { query_id: queryId });
    if (text.startsWith('Code: ')) throw new Error(text);
    return (JSON.parse(text) as { data: unknown[][] }).data;
  },
});

/** Runs a statement with settings; gives the server's error where it fails. */
export async function ask(
  server: ClickHouseServer,
  sql: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const url = `${server.url}/?${new URLSearchParams(settings)}`;
  const response = await fetch(url, { method: 'POST', body: sql });
  return response.text();
}

/** Does something so many times at once. */
export const times = <T>(count: number, run: (place: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, place) => run(place)));
