/** What one server's configuration depends on. */
export interface ServerLayout {
  readonly folder: string;
  readonly replica: string;
  readonly httpPort: number;
  readonly nativePort: number;
  readonly interserverPort: number;
  readonly zooKeeperPort: number;
  readonly sessionTimeoutMs: number;
  readonly members: readonly ClusterMember[];
  /** XML below the root of config.xml. */
  readonly extra: string;
}

/** A server as `system.clusters` names it. */
export interface ClusterMember {
  readonly clusterHost: string;
  readonly nativePort: number;
}

/** Password of the user `monitor`. */
export const monitorPassword = 'watch-me';
/** Password of the user `viewer`, which has `readonly = 1`. */
export const viewerPassword = 'look-only';
/** Password of the user `blind`, which may see only the databases `default` and `system`. */
export const blindPassword = 'eyes-shut';

const replicaXml = (member: ClusterMember): string =>
  `<replica><host>${member.clusterHost}</host><port>${member.nativePort}</port></replica>`;

/** `config.xml` of ClickHouse 18.16: private folders, loopback only, logs flushed at once. */
export const renderServerConfig = (layout: ServerLayout): string => `<yandex>
  <logger><level>information</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${layout.httpPort}</http_port>
  <tcp_port>${layout.nativePort}</tcp_port>
  <interserver_http_port>${layout.interserverPort}</interserver_http_port>
  <interserver_http_host>127.0.0.1</interserver_http_host>
  <path>${layout.folder}/data/</path>
  <tmp_path>${layout.folder}/tmp/</tmp_path>
  <format_schema_path>${layout.folder}/format_schemas/</format_schema_path>
  <user_files_path>${layout.folder}/user_files/</user_files_path>
  <users_config>${layout.folder}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <keep_alive_timeout>10</keep_alive_timeout>
  <max_concurrent_queries>100</max_concurrent_queries>
  <mark_cache_size>67108864</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <builtin_dictionaries_reload_interval>3600</builtin_dictionaries_reload_interval>
  <zookeeper>
    <node><host>127.0.0.1</host><port>${layout.zooKeeperPort}</port></node>
    <session_timeout_ms>${layout.sessionTimeoutMs}</session_timeout_ms>
  </zookeeper>
  <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>
  <remote_servers>
    <pair><shard><internal_replication>true</internal_replication>
      ${layout.members.map(replicaXml).join('')}
    </shard></pair>
    <sharded>
      ${layout.members.map((member) => `<shard>${replicaXml(member)}</shard>`).join('')}
    </sharded>
  </remote_servers>
  <macros><cluster>pair</cluster><shard>1</shard><replica>${layout.replica}</replica></macros>
  ${logXml('query_log')}
  ${logXml('part_log')}
  ${layout.extra}
</yandex>
`;

const logXml = (table: string): string =>
  `<${table}><database>system</database><table>${table}</table><flush_interval_milliseconds>300</flush_interval_milliseconds></${table}>`;

const userXml = (name: string, password: string, profile: string, more = ''): string => `
    <${name}>
      <password>${password}</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>${profile}</profile>
      <quota>default</quota>${more}
    </${name}>`;

/** `users.xml`: `default` without a password, `monitor`, the read-only `viewer`, and `blind`. */
export const renderUsersConfig = (extraUsers = ''): string => `<yandex>
  <profiles>
    <default>
      <log_queries>1</log_queries>
      <max_memory_usage>2000000000</max_memory_usage>
      <background_pool_size>4</background_pool_size>
      <background_schedule_pool_size>4</background_schedule_pool_size>
      <load_balancing>in_order</load_balancing>
    </default>
    <readonly><readonly>1</readonly><log_queries>1</log_queries></readonly>
  </profiles>
  <quotas><default></default></quotas>
  <users>${userXml('default', '', 'default')}${userXml('monitor', monitorPassword, 'default')}${userXml('viewer', viewerPassword, 'readonly')}${userXml(
    'blind',
    blindPassword,
    'readonly',
    '<allow_databases><database>default</database><database>system</database></allow_databases>',
  )}${extraUsers}
  </users>
</yandex>
`;
