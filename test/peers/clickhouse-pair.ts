import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderServerConfig, renderUsersConfig } from './clickhouse-config.ts';
import { loopbackPorts } from './loopback-ports.ts';
import { type PeerProcess, peerProcess } from './peer-process.ts';
import { type ZooKeeper, zooKeeper } from './zookeeper.ts';

interface User {
  readonly user: string;
  readonly password: string;
}

/** One real ClickHouse 18.16. */
export interface ClickHouseServer extends PeerProcess {
  /** The macro `replica`. */
  readonly replica: string;
  readonly host: string;
  readonly httpPort: number;
  readonly nativePort: number;
  readonly interserverPort: number;
  /** Its name in `system.clusters`; each of the two has its own, both are loopback. */
  readonly clusterHost: string;
  readonly url: string;
  /** The server's `path`: tables are below `data/<database>/<table>`. */
  readonly dataDir: string;
  /** `config.xml` and `users.xml` are here; the server reads a changed `users.xml` by itself. */
  readonly folder: string;
  /** Runs a statement; the answer is tab-separated text. Throws with the server's message. */
  query(sql: string, as?: User): Promise<string>;
  /** Runs a SELECT; 64-bit integers are strings. */
  rows<Row = Record<string, string>>(sql: string, as?: User): Promise<Row[]>;
}

/** Two replicas and their ZooKeeper. Clusters: `pair` (1 shard x 2 replicas), `sharded` (2 x 1). */
export interface ClickHousePair {
  readonly servers: readonly [ClickHouseServer, ClickHouseServer];
  readonly zookeeper: ZooKeeper;
  /** Ends everything and removes its folder. */
  stop(): Promise<void>;
}

export interface PairOptions {
  /** How long ZooKeeper keeps the session of a silent server. Default 10 s. */
  readonly sessionTimeoutMs?: number;
  /** XML below the root of each server's config.xml. */
  readonly extraConfig?: string;
  /** XML below `<users>`. */
  readonly extraUsers?: string;
  /** Let the servers run only where nobody else needs the processor. Default false. */
  readonly yielding?: boolean;
}

const host = '127.0.0.1';
/** Both are 127.0.0.1; two names, so that each replica has an address of its own. */
const clusterHosts = ['127.0.0.1', 'localhost'];

/** Starts the pair in a temporary folder; it is ready for `ON CLUSTER pair` when this returns. */
export async function startClickHousePair(options: PairOptions = {}): Promise<ClickHousePair> {
  for (let attempt = 1; ; attempt++) {
    const pair = await layOutPair(options);
    try {
      await pair.zookeeper.start();
      await Promise.all(pair.servers.map((server) => server.start()));
      return pair;
    } catch (error) {
      await pair.stop();
      const portTaken = /Address already in use|BindException/.test(String(error));
      if (!portTaken || attempt === 3) throw error;
    }
  }
}

const folderPrefix = 'castellan-pair-';

/** A test process that was killed could not remove its folder; its servers ended with it. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function layOutPair(options: PairOptions): Promise<ClickHousePair> {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const ports = await loopbackPorts(2, 4);
  const keeperPort = ports[0]![3]!;
  const layouts = clusterHosts.map((clusterHost, index) => ({
    clusterHost,
    folder: join(folder, `r${index + 1}`),
    replica: `r${index + 1}`,
    httpPort: ports[index]![0]!,
    nativePort: ports[index]![1]!,
    interserverPort: ports[index]![2]!,
  }));
  const shared = {
    zooKeeperPort: keeperPort,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    members: layouts,
    extra: options.extraConfig ?? '',
  };
  const zookeeper = zooKeeper({ folder: join(folder, 'zookeeper'), port: keeperPort });
  const servers = layouts.map((layout) => {
    mkdirSync(join(layout.folder, 'data'), { recursive: true });
    writeFileSync(join(layout.folder, 'config.xml'), renderServerConfig({ ...shared, ...layout }));
    writeFileSync(join(layout.folder, 'users.xml'), renderUsersConfig(options.extraUsers));
    return clickHouseServer(layout, zookeeper, options.yielding ?? false);
  });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    servers: [servers[0]!, servers[1]!],
    zookeeper,
    async stop() {
      await Promise.all([...servers, zookeeper].map((each) => each.kill()));
      process.off('exit', remove);
      remove();
    },
  };
}

interface Layout {
  readonly clusterHost: string;
  readonly folder: string;
  readonly replica: string;
  readonly httpPort: number;
  readonly nativePort: number;
  readonly interserverPort: number;
}

function clickHouseServer(layout: Layout, keeper: ZooKeeper, yielding: boolean): ClickHouseServer {
  const url = `http://${host}:${layout.httpPort}`;
  const query = (sql: string, as?: User): Promise<string> => runStatement(url, sql, as);
  const server = peerProcess({
    name: `ClickHouse ${layout.replica}`,
    command: [
      ...(yielding ? (['nice', '-n', '19'] as const) : []),
      '/usr/sbin/clickhouse-server',
      `--config-file=${join(layout.folder, 'config.xml')}`,
    ],
    cwd: layout.folder,
    logFile: join(layout.folder, 'server.log'),
    async answers() {
      await runStatement(url, 'SELECT 1', undefined, 2_000);
      const keeperState = keeper.running ? await keeper.word('srvr').catch(() => '') : '';
      if (!keeperState.includes('Mode: ')) return true;
      const queue = "SELECT count() FROM system.zookeeper WHERE path = '/clickhouse/task_queue'";
      return (await runStatement(url, queue, undefined, 5_000)) !== '0';
    },
    // The thread for ON CLUSTER of 18.16 now and then reads a null pointer as it starts, and takes
    // the server with it.
    crash: /Received signal /,
  });
  return Object.assign(Object.create(server) as PeerProcess, {
    ...layout,
    host,
    url,
    dataDir: join(layout.folder, 'data'),
    query,
    rows: async <Row>(sql: string, as?: User): Promise<Row[]> => {
      const text = await query(`${sql} FORMAT JSON`, as);
      return (JSON.parse(text) as { data: Row[] }).data;
    },
  });
}

async function runStatement(
  url: string,
  sql: string,
  as?: User,
  timeoutMs = 60_000,
): Promise<string> {
  const response = await post(url, sql, as, timeoutMs);
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim());
  return text.trimEnd();
}

/**
 * `fetch` keeps connections open, and a server that was started anew has closed those to the one
 * before it: what is sent on such a one never reached it, so it is sent once more.
 */
async function post(url: string, sql: string, as: User | undefined, timeoutMs: number) {
  const request = {
    method: 'POST',
    headers: {
      'x-clickhouse-user': as?.user ?? 'default',
      'x-clickhouse-key': as?.password ?? '',
    },
    body: sql,
    signal: AbortSignal.timeout(timeoutMs),
  };
  try {
    return await fetch(url, request);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code !== 'UND_ERR_SOCKET' && code !== 'ECONNRESET') throw error;
    return fetch(url, request);
  }
}
