import { checks } from '../../src/core/health/catalogue.ts';
import type { Check } from '../../src/core/health/check.ts';
import type { EmbeddedNode } from '../../src/core/health/testing/embedded-node.ts';
import {
  type Watch,
  type WatchKeepers,
  watchNodes,
} from '../../src/core/health/testing/watch-nodes.ts';
import type { Finding } from '../../src/model/fleet/finding.ts';
import { eventually } from '../peers/castellan.ts';
import type { ClickHouseServer } from '../peers/clickhouse-pair.ts';

const monthMs = 30 * 86_400_000;

const checkOf = (id: string): Check => {
  const found = checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

/** Watches the embedded engine by some checks; it is taken to have run for a month. */
export const watchEngine = (engine: EmbeddedNode, ...ids: readonly string[]): Watch =>
  watchNodes(
    [{ id: 'n1:8123', rows: (sql) => engine.rows(sql), uptimeMs: monthMs }],
    ids.map(checkOf),
  );

/** Watches servers by some checks, and Keeper where it is given. */
export const watchServers = (
  servers: readonly ClickHouseServer[],
  ids: readonly string[],
  keepers?: WatchKeepers,
): Watch =>
  watchNodes(
    servers.map((server) => ({
      id: `${server.host}:${server.httpPort}`,
      rows: async (sql) => JSON.parse(await server.query(`${sql} FORMAT JSONCompact`)).data,
      uptimeMs: monthMs,
    })),
    ids.map(checkOf),
    keepers,
  );

/** `check severity` of what is open. */
export const told = (watch: Watch): string[] =>
  watch.findings().map((each) => `${each.check} ${each.severity}`);

/** Reads until each of `expected` (`check severity`) is open. */
export async function untilFound(
  watch: Watch,
  ...expected: readonly string[]
): Promise<readonly Finding[]> {
  await eventually(
    async () => {
      await watch.rounds();
      return told(watch);
    },
    (found) => expected.every((each) => found.includes(each)),
    120_000,
  );
  return watch.findings();
}

/** Reads until nothing is open. */
export async function untilWell(watch: Watch): Promise<void> {
  await eventually(
    async () => {
      await watch.rounds();
      return told(watch);
    },
    (found) => found.length === 0,
    120_000,
  );
}
