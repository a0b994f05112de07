import { z } from 'zod';
import { receiverLimitSettings } from './receiver-limit-settings.ts';
import { searchLimitSettings } from './search-limit-settings.ts';
import { setting } from './setting.ts';
import { durationMs, httpUrl, oneOf, onOff, port, sizeBytes, text } from './value-kinds.ts';

const receivers = {
  otlpGrpcPort: setting(port(), {
    env: ['OTLP_GRPC_PORT'],
    flag: '--otlp-grpc-port',
    key: 'otlp.grpcPort',
    default: '4317',
    unit: 'port',
    doc: 'Port of the OTLP/gRPC receiver; 0 takes any free one.',
    group: 'Receiving',
  }),
  otlpHttpPort: setting(port(), {
    env: ['OTLP_HTTP_PORT'],
    flag: '--otlp-http-port',
    key: 'otlp.httpPort',
    default: '4318',
    unit: 'port',
    doc: 'Port of the OTLP/HTTP receiver; 0 takes any free one.',
    group: 'Receiving',
  }),
  severityInference: setting(onOff(), {
    env: ['SEVERITY_INFERENCE'],
    flag: '--severity-inference',
    key: 'otlp.severityInference',
    default: 'off',
    unit: 'yes|no',
    doc: 'Gives log records without a severity one that is read from their body. Off: stored exactly as sent.',
    group: 'Receiving',
  }),
  jsonBodyExpansion: setting(onOff(), {
    env: ['JSON_BODY_EXPANSION'],
    flag: '--json-body-expansion',
    key: 'otlp.jsonBodyExpansion',
    default: 'off',
    unit: 'yes|no',
    doc: 'Adds the fields of log bodies that are JSON objects to the attributes. Off: stored exactly as sent.',
    group: 'Receiving',
  }),
};

const store = {
  storeUrl: setting(httpUrl('http://user:password@clickhouse:8123').optional(), {
    env: ['CASTELLAN_STORE_URL'],
    flag: '--store-url',
    key: 'store.url',
    unit: 'url',
    doc: 'ClickHouse server that holds the telemetry, as http(s)://user:password@host:8123/?setting=value. Unset: the embedded engine.',
    secret: 'url',
    group: 'Store',
  }),
  database: setting(
    text().refine((name) => /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name), {
      error: 'expected a name of letters, digits and _, which does not start with a digit',
    }),
    {
      env: ['CASTELLAN_DATABASE'],
      flag: '--database',
      key: 'store.database',
      default: 'castellan',
      unit: 'text',
      doc: 'Database of the telemetry tables, and the default database of API queries.',
      group: 'Store',
    },
  ),
  cluster: setting(text().optional(), {
    env: ['CASTELLAN_CLUSTER'],
    flag: '--cluster',
    key: 'store.cluster',
    unit: 'text',
    doc: 'Cluster of the server in CASTELLAN_STORE_URL, by its name in system.clusters: tables are made on all of its servers, replicated. Unset: the cluster that the server belongs to, where it has several hosts, Keeper and the macros shard and replica; else that server alone.',
    group: 'Store',
  }),
  clickhousePort: setting(port().optional(), {
    env: ['CASTELLAN_CLICKHOUSE_PORT'],
    flag: '--clickhouse-port',
    key: 'store.clickhousePort',
    unit: 'port',
    doc: "Publishes the embedded engine's ClickHouse HTTP interface on this port: read-only, user castellan, an API token as the password. Unset: not published.",
    group: 'Store',
  }),
};

const retentionOf = (kind: string, plural: string) =>
  setting(durationMs(), {
    env: [`RETENTION_${kind.toUpperCase()}`],
    flag: `--retention-${kind}`,
    key: `retention.${kind}`,
    default: '30d',
    unit: 'duration',
    doc: `How long ${plural} are kept; 0 keeps them for ever.`,
    whenReached:
      'Stored records are removed; records that arrive older than that are refused through partial success.',
    group: 'Retention',
  });

const retention = {
  retentionLogsMs: retentionOf('logs', 'logs'),
  retentionTracesMs: retentionOf('traces', 'traces'),
  retentionMetricsMs: retentionOf('metrics', 'metrics'),
  retentionSessionsMs: retentionOf('sessions', 'session replay events'),
};

const spool = {
  spoolMaxBytes: setting(sizeBytes(1_048_576), {
    env: ['SPOOL_MAX_BYTES'],
    flag: '--spool-max-bytes',
    key: 'spool.maxBytes',
    default: '8GiB',
    unit: 'size',
    doc: 'Most that may wait on disk to be stored.',
    whenReached:
      'New data is refused with 503 / UNAVAILABLE and a retry delay; nothing that was acknowledged is dropped.',
    group: 'Spool',
  }),
  spoolFsync: setting(oneOf(['always', 'interval', 'never']), {
    env: ['SPOOL_FSYNC'],
    flag: '--spool-fsync',
    key: 'spool.fsync',
    default: 'always',
    unit: 'text',
    doc: 'always: acknowledged means flushed to the disk (requests share a flush). interval: flushed every SPOOL_FSYNC_INTERVAL. never: the operating system decides. With the last two a power loss can take acknowledged data; the end of a process cannot.',
    group: 'Spool',
  }),
  spoolFsyncIntervalMs: setting(durationMs(10, 60_000), {
    env: ['SPOOL_FSYNC_INTERVAL'],
    flag: '--spool-fsync-interval',
    key: 'spool.fsyncInterval',
    default: '1s',
    unit: 'duration',
    doc: 'How often the spool is flushed to the disk, where SPOOL_FSYNC is interval.',
    group: 'Spool',
  }),
  spoolMaxQueuedBytes: setting(sizeBytes(1_048_576), {
    env: ['SPOOL_MAX_QUEUED_BYTES'],
    flag: '--spool-max-queued-bytes',
    key: 'spool.maxQueuedBytes',
    default: '256MiB',
    unit: 'size',
    doc: 'Bytes that may wait in memory for the disk.',
    whenReached: 'New data is refused with 503 / UNAVAILABLE and a retry delay.',
    group: 'Spool',
  }),
  deadLettersMaxBytes: setting(sizeBytes(1_048_576), {
    env: ['DEAD_LETTERS_MAX_BYTES'],
    flag: '--dead-letters-max-bytes',
    key: 'spool.deadLettersMaxBytes',
    default: '1GiB',
    unit: 'size',
    doc: 'Data that the store rejected for its content, kept to be looked at and replayed.',
    whenReached: 'Rejected data waits in the spool.',
    group: 'Spool',
  }),
  diskMinFreeBytes: setting(sizeBytes(), {
    env: ['DISK_MIN_FREE_BYTES'],
    flag: '--disk-min-free-bytes',
    key: 'spool.diskMinFreeBytes',
    default: '1GiB',
    unit: 'size',
    doc: 'Free space that is left on the disk of the data folder.',
    whenReached:
      'New data is refused with 503 / UNAVAILABLE and a retry delay until there is more space.',
    group: 'Spool',
  }),
};

/** Settings of receiving, storing and searching telemetry. */
export const TelemetrySettings = z.object({
  ...receivers,
  ...store,
  ...retention,
  ...spool,
  ...receiverLimitSettings,
  ...searchLimitSettings,
});
