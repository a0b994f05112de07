import { sqlString } from '../../../base/sql-text.ts';

/** One row of `system.clusters`. */
export interface ClusterRow {
  readonly cluster: string;
  readonly shard: number;
  readonly replica: number;
  readonly hostName: string;
  readonly hostAddress: string;
  /** Of the native protocol. */
  readonly nativePort: number;
  /** Before 19.x it says that the server is somewhere in the shard. */
  readonly local: boolean;
}

/** What a server says of itself and of the clusters that it knows. */
export interface ServerIdentity {
  readonly hostName: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly clusters: readonly ClusterRow[];
  /** `system.macros`. */
  readonly macros: ReadonlyMap<string, string>;
}

/** Rows of `system.clusters` that are read at most. */
const clusterRowLimit = 5_000;

const serverSql = `SELECT 'server' AS kind, [hostName(), version(), toString(uptime())] AS cells`;
const clustersSql = `SELECT 'cluster' AS kind, [cluster, toString(shard_num), toString(replica_num), host_name, host_address, toString(port), toString(is_local)] AS cells FROM (SELECT * FROM system.clusters LIMIT ${clusterRowLimit})`;
const macrosSql = `SELECT 'macro' AS kind, [macro, substitution] AS cells FROM (SELECT * FROM system.macros LIMIT 1000)`;

/** Asks for the identity with what of `clusters` and `macros` the user may read. */
export const identityStatement = (tables: { has(table: string): boolean }): string =>
  [
    serverSql,
    ...(tables.has('clusters') ? [clustersSql] : []),
    ...(tables.has('macros') ? [macrosSql] : []),
  ].join(' UNION ALL ');

/** Reads the answer: rows `[kind, cells]`. Undefined where the server does not say who it is. */
export function parseIdentity(rows: readonly unknown[]): ServerIdentity | undefined {
  const clusters: ClusterRow[] = [];
  const macros = new Map<string, string>();
  let server: readonly string[] | undefined;
  for (const row of rows) {
    const [kind, cells] = Array.isArray(row) ? row : [];
    if (!Array.isArray(cells) || !cells.every((cell) => typeof cell === 'string')) continue;
    const texts: readonly string[] = cells;
    if (kind === 'server') server = texts;
    if (kind === 'macro' && texts.length === 2) macros.set(texts[0]!, texts[1]!);
    if (kind !== 'cluster' || texts.length !== 7) continue;
    clusters.push({
      cluster: texts[0]!,
      shard: Number(texts[1]),
      replica: Number(texts[2]),
      hostName: texts[3]!,
      hostAddress: texts[4]!,
      nativePort: Number(texts[5]),
      local: texts[6] === '1' || texts[6] === 'true',
    });
  }
  if (server?.length !== 3) return undefined;
  const uptimeSeconds = Number(server[2]);
  return { hostName: server[0]!, version: server[1]!, uptimeSeconds, clusters, macros };
}

/** Asks ZooKeeper, through a server, for the members of its ensemble. */
export const ensembleStatement = (path: '/zookeeper' | '/keeper'): string =>
  `SELECT value FROM system.zookeeper WHERE path = ${sqlString(path)} AND name = 'config'`;

/** Members in the node `config` of ZooKeeper and ClickHouse Keeper: lines `server.1=host:…`. */
export const countMembers = (config: string): number =>
  new Set(config.match(/^\s*server\.\d+(?==)/gm)).size;
