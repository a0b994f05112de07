import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

/** A real ClickHouse engine, 26.7, with users, a cluster that cannot be reached, and backups. */
export interface EmbeddedNode {
  /** A folder of its own; backups may be written to it. */
  readonly folder: string;
  /** Rows of a statement as arrays, 64-bit integers as texts. */
  rows(sql: string): unknown[][];
  execute(...statements: readonly string[]): void;
  /** Runs a statement that fails, and gives the server's words. */
  failure(sql: string): string;
  close(): void;
}

export interface EmbeddedNodeOptions {
  /** XML below `<users>`, beside `default`, who may see all users. */
  readonly users?: string;
  /** XML below the root of the configuration. */
  readonly config?: string;
  /** The rights of `default`, `GRANT SHOW ON *.*`, and no others; all where absent. */
  readonly grants?: readonly string[];
}

const quoted = 'output_format_json_quote_64bit_integers = 1';

/** One at a time in a process: the engine serves one folder. */
export function openEmbeddedNode(options: EmbeddedNodeOptions = {}): EmbeddedNode {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-health-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), `<clickhouse>${text}</clickhouse>`);
    return join(folder, name);
  };
  const users = file('users.xml', usersXml(options));
  const config = file(
    'config.xml',
    `<users_config>${users}</users_config><backups><allowed_path>${folder}</allowed_path></backups>${deadCluster}${options.config ?? ''}`,
  );
  const session = new Session(join(folder, 'store'), {
    connectionArgs: [`--config-file=${config}`],
  });
  const rows = (sql: string): unknown[][] =>
    session
      .query(`${sql} SETTINGS ${quoted}`, 'JSONCompactEachRow')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return {
    folder,
    rows,
    execute(...statements) {
      for (const statement of statements) session.query(statement);
    },
    failure(sql) {
      try {
        session.query(sql);
      } catch (error) {
        return String((error as Error).message);
      }
      throw new Error(`did not fail: ${sql}`);
    },
    close() {
      session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Port 1 refuses every connection. */
const deadCluster =
  '<remote_servers><dead><shard><replica><host>127.0.0.1</host><port>1</port></replica></shard></dead></remote_servers>';

const usersXml = ({ users = '', grants }: EmbeddedNodeOptions): string => `
  <profiles>
    <default><distributed_replica_error_half_life>1</distributed_replica_error_half_life></default>
  </profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <no_password/><networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota>
      ${grants ? `<grants>${grants.map((each) => `<query>${each}</query>`).join('')}</grants>` : '<access_management>1</access_management>'}
    </default>
    ${users}
  </users>`;
