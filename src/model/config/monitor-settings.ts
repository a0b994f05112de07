import { z } from 'zod';
import { limitSettings } from './limit-setting.ts';
import { setting } from './setting.ts';
import {
  durationMs,
  exactText,
  host,
  httpUrl,
  list,
  Origin,
  onOff,
  portOrNothing,
  sealingKeys,
  secondsMs,
  share,
  sizeBytes,
  text,
  whole,
} from './value-kinds.ts';

const group = 'Fleet monitor';

const collecting = {
  collectionIntervalMs: setting(secondsMs(5_000, 3_600_000), {
    env: ['COLLECTION_INTERVAL'],
    flag: '--collection-interval',
    key: 'monitor.interval',
    default: '30',
    unit: 'duration',
    doc: 'Base cadence of the monitor, in seconds or as a duration: vitals are read at half of it, the state of a cluster at twice.',
    group,
  }),
  cacheTtlMs: setting(secondsMs(0, 3_600_000), {
    env: ['CACHE_TTL'],
    flag: '--cache-ttl',
    key: 'monitor.cacheTtl',
    default: '30',
    unit: 'duration',
    doc: 'How long the answers of series that many viewers ask for are kept, in seconds or as a duration; 0 asks the store each time.',
    group,
  }),
  clustersFile: setting(text().optional(), {
    env: ['CASTELLAN_CLUSTERS_FILE'],
    flag: '--clusters-file',
    key: 'monitor.clustersFile',
    unit: 'text',
    doc: 'YAML file of clusters to watch, read at the start. What it names cannot be changed on the page.',
    group,
  }),
};

const access = {
  appUrl: setting(httpUrl('https://monitor.example.com').optional(), {
    env: ['APP_URL'],
    flag: '--app-url',
    key: 'monitor.appUrl',
    defaultText: 'CASTELLAN_PUBLIC_URL',
    unit: 'url',
    doc: 'Where links in notifications lead.',
    group,
  }),
  corsOrigins: setting(list(Origin, 'an origin such as https://example.com'), {
    env: ['CORS_ORIGINS'],
    flag: '--cors-origins',
    key: 'corsOrigins',
    default: '',
    unit: 'list',
    doc: 'Origins of further pages that may call the API from a browser.',
    whenReached: 'Requests from other origins are refused with 403.',
    group: 'Access',
  }),
  slackWebhookUrl: setting(httpUrl('https://hooks.slack.com/services/…').optional(), {
    env: ['SLACK_WEBHOOK_URL'],
    key: 'monitor.slackWebhookUrl',
    unit: 'url',
    doc: 'Incoming webhook of Slack: a channel beside those of the page.',
    secret: 'value',
    group,
  }),
  secretKey: setting(sealingKeys().optional(), {
    env: ['FERNET_KEY'],
    key: 'secretKey',
    defaultText: 'the file .key in the data folder',
    unit: 'text',
    doc: 'Key that seals the stored passwords (AES-256-GCM): 32 bytes in base64. Several, separated by commas: the first seals, all open.',
    secret: 'value',
    group: 'Data',
  }),
  databasePath: setting(text().optional(), {
    env: ['DATABASE_PATH'],
    flag: '--database-path',
    key: 'databasePath',
    defaultText: 'state.sqlite in the data folder',
    unit: 'text',
    doc: 'File of the state: clusters, findings, scores, keys and sessions.',
    group: 'Data',
  }),
};

const fallback = {
  fallbackHost: setting(host('clickhouse.example.com').optional(), {
    env: ['CLICKHOUSE_HOST'],
    key: 'monitor.fallback.host',
    unit: 'text',
    doc: 'A ClickHouse server to watch, beside the clusters of the page. Unset: the other CLICKHOUSE_ variables are not read.',
    group,
  }),
  fallbackPort: setting(portOrNothing(), {
    env: ['CLICKHOUSE_PORT'],
    key: 'monitor.fallback.port',
    default: '8123',
    unit: 'port',
    doc: 'Port of its HTTP interface. A value such as tcp://10.0.0.1:8123, as Kubernetes sets it, is passed over with a warning.',
    group,
  }),
  fallbackUser: setting(text(), {
    env: ['CLICKHOUSE_USER'],
    key: 'monitor.fallback.user',
    default: 'default',
    unit: 'text',
    doc: 'User that it is read as.',
    group,
  }),
  fallbackPassword: setting(exactText(), {
    env: ['CLICKHOUSE_PASSWORD'],
    key: 'monitor.fallback.password',
    default: '',
    unit: 'text',
    doc: 'The password of that user.',
    secret: 'value',
    group,
  }),
};

const queries = {
  killQueries: setting(onOff(), {
    env: ['CASTELLAN_KILL_QUERIES'],
    flag: '--kill-queries',
    key: 'monitor.killQueries',
    default: 'off',
    unit: 'yes|no',
    doc: 'Lets whoever may use the API kill running queries of watched clusters, one by one and with a confirmation; the monitoring user needs the right KILL QUERY. Each try is kept. Off: refused.',
    group,
  }),
  fullQueryTexts: setting(onOff(), {
    env: ['CASTELLAN_FULL_QUERY_TEXTS'],
    flag: '--full-query-texts',
    key: 'monitor.fullQueryTexts',
    default: 'off',
    unit: 'yes|no',
    doc: 'Shows texts of queries as they were sent, which may hold secrets. Off: only their shape leaves a server, without literals and comments.',
    group,
  }),
};

const limit = limitSettings('monitor', 'monitor.limits', 'Fleet monitor limits');

const limits = {
  monitorStatements: limit(whole(1, 10_000), {
    name: 'statements',
    default: '64',
    unit: 'number',
    doc: 'Statements that run at a time, on all nodes together.',
    whenReached:
      'Further ones wait their turn; each node has a place of its own, so that one that hangs holds up no other.',
  }),
  monitorTimeoutMs: limit(durationMs(100, 600_000), {
    name: 'timeout',
    default: '10s',
    unit: 'duration',
    doc: 'How long a node may take to answer one statement.',
    whenReached: 'It is given up and counts as a timeout.',
  }),
  monitorAnswerBytes: limit(sizeBytes(65_536, 1_073_741_824), {
    name: 'answer bytes',
    default: '8MiB',
    unit: 'size',
    doc: 'Size of the answer to one statement.',
    whenReached: 'Reading stops there, and the readings of the statement are gaps.',
  }),
  monitorCpuShare: limit(share(), {
    name: 'cpu share',
    default: '0.5%',
    unit: 'number',
    doc: 'What the monitor may take of one core of a node.',
    whenReached: 'Its cadences are stretched on that node until it keeps to it.',
  }),
  monitorBackfillMs: limit(durationMs(0, 31 * 86_400_000), {
    name: 'backfill',
    default: '7d',
    unit: 'duration',
    doc: "How far back a node's own logs are read when it is first seen; 0 reads nothing.",
    whenReached: 'What is older is not read.',
  }),
  monitorBackfillShare: limit(share(), {
    name: 'backfill cpu share',
    default: '10%',
    unit: 'number',
    doc: 'What reading them back may take of the time of one core of a node, until it is done.',
    whenReached: 'It rests after each statement.',
  }),
  monitorPanelNodes: limit(whole(1, 10_000), {
    name: 'panel nodes',
    default: '50',
    unit: 'number',
    doc: 'Nodes that are asked for one table of a page, while somebody looks at it.',
    whenReached: 'The others are not asked, and the page says how many; one can be chosen there.',
  }),
  monitorClusters: limit(whole(1, 10_000), {
    name: 'clusters',
    default: '500',
    unit: 'number',
    doc: 'Clusters that can be added.',
    whenReached: 'The next one is refused with 422.',
  }),
  monitorNodes: limit(whole(1, 10_000), {
    name: 'nodes',
    default: '200',
    unit: 'number',
    doc: 'Nodes of one cluster that are watched.',
    whenReached: 'The rest is left out, with a warning in the log.',
  }),
  monitorQueryRows: limit(whole(1_000, 1_000_000_000), {
    name: 'query rows',
    default: '5000000',
    unit: 'number',
    doc: 'Rows of query_log that a node reads for one view of its queries; a twentieth of it where the server does not normalise texts itself.',
    whenReached: 'Only the newest part of the time is counted, and the view says from when on.',
  }),
  monitorQueryTimeMs: limit(durationMs(1_000, 300_000), {
    name: 'query time',
    default: '60s',
    unit: 'duration',
    doc: 'Time that a node may spend, within five minutes, on views of its queries.',
    whenReached: 'The node is named as not asked, with the time after which it will be.',
  }),
  monitorHistoryMs: limit(durationMs(86_400_000, 3_650 * 86_400_000), {
    name: 'history',
    default: '400d',
    unit: 'duration',
    doc: 'How long scores and findings that are over are kept.',
    whenReached: 'Older ones are removed.',
  }),
};

/** The settings of watching ClickHouse clusters. */
export const MonitorSettings = z.object({
  ...collecting,
  ...access,
  ...fallback,
  ...queries,
  ...limits,
});
