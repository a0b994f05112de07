import { z } from 'zod';
import { setting } from './setting.ts';
import {
  AddressRange,
  durationMs,
  exactText,
  HostName,
  host,
  httpUrl,
  list,
  oneOf,
  port,
  sizeBytes,
  text,
  whole,
} from './value-kinds.ts';

const listening = {
  host: setting(host().optional(), {
    env: ['CASTELLAN_HOST', 'HOST'],
    flag: '--host',
    key: 'host',
    defaultText: '127.0.0.1 without a password, 0.0.0.0 with one',
    unit: 'text',
    doc: 'Address that all listeners bind to.',
    group: 'Listening',
  }),
  port: setting(port(), {
    env: ['PORT'],
    flag: '--port',
    key: 'port',
    default: '3000',
    unit: 'port',
    doc: 'Port of the page and the API; 0 takes any free one and logs it in startup_summary.',
    group: 'Listening',
  }),
  publicUrl: setting(httpUrl('https://logs.example.com/castellan').optional(), {
    env: ['CASTELLAN_PUBLIC_URL'],
    flag: '--public-url',
    key: 'publicUrl',
    defaultText: 'http://localhost:PORT',
    unit: 'url',
    doc: 'Where people reach the page: used for links, cookies and redirects. May have a path, for a proxy that serves Castellan below one.',
    group: 'Listening',
  }),
  trustedProxies: setting(
    list(AddressRange, 'an address, a network such as 10.0.0.0/8, or loopback'),
    {
      env: ['CASTELLAN_TRUSTED_PROXIES'],
      flag: '--trusted-proxies',
      key: 'trustedProxies',
      default: '',
      unit: 'list',
      doc: 'Proxies whose X-Forwarded-For, -Host and -Proto headers count: addresses, networks, or loopback.',
      group: 'Listening',
    },
  ),
  allowedHosts: setting(list(HostName, 'a host name without a port'), {
    env: ['CASTELLAN_ALLOWED_HOSTS'],
    flag: '--allowed-hosts',
    key: 'allowedHosts',
    default: '',
    unit: 'list',
    doc: 'Further host names by which the server may be called in open mode, beside localhost, IP addresses, the name of this machine and the public URL.',
    whenReached: 'Requests with another Host header are refused with 403.',
    group: 'Listening',
  }),
};

const storage = {
  dataDir: setting(text(), {
    env: ['CASTELLAN_DATA_DIR'],
    flag: '--data-dir',
    key: 'dataDir',
    default: './data',
    unit: 'text',
    doc: 'Folder of the state, the keys, the spool and the embedded store. One process owns it at a time.',
    group: 'Data',
  }),
};

const access = {
  password: setting(exactText().optional(), {
    env: ['CASTELLAN_PASSWORD', 'CLUSTERSIGHT_PASSWORD'],
    key: 'password',
    unit: 'text',
    doc: 'Password of the page; with it, the API needs a session or an API token and telemetry needs an ingestion key. Unset: open mode.',
    secret: 'value',
    group: 'Access',
  }),
  sessionIdleMs: setting(durationMs(60_000, 365 * 86_400_000), {
    env: ['CASTELLAN_SESSION_IDLE'],
    flag: '--session-idle',
    key: 'session.idle',
    default: '7d',
    unit: 'duration',
    doc: 'How long a login lasts after its last use.',
    whenReached: 'The page asks for the password again.',
    group: 'Access',
  }),
  sessionMaxMs: setting(durationMs(60_000, 365 * 86_400_000), {
    env: ['CASTELLAN_SESSION_MAX'],
    flag: '--session-max',
    key: 'session.max',
    default: '30d',
    unit: 'duration',
    doc: 'How long a login lasts at most, however much it is used.',
    whenReached: 'The page asks for the password again.',
    group: 'Access',
  }),
  loginAttemptsPerMinute: setting(whole(1, 10_000), {
    env: ['CASTELLAN_LOGIN_ATTEMPTS'],
    flag: '--login-attempts',
    key: 'login.attemptsPerMinute',
    default: '10',
    unit: 'number',
    doc: 'Login attempts a minute from one address (one /64 network for IPv6).',
    whenReached: 'Refused with 429 and Retry-After; nothing is compared.',
    group: 'Access',
  }),
  loginAttemptsTotalPerMinute: setting(whole(1, 100_000), {
    env: ['CASTELLAN_LOGIN_ATTEMPTS_TOTAL'],
    flag: '--login-attempts-total',
    key: 'login.attemptsTotalPerMinute',
    default: '100',
    unit: 'number',
    doc: 'Login attempts a minute from all addresses together.',
    whenReached: 'Refused with 429 and Retry-After; nothing is compared.',
    group: 'Access',
  }),
};

const http = {
  apiBodyMaxBytes: setting(sizeBytes(1_024, 1_073_741_824), {
    env: ['CASTELLAN_API_BODY_MAX_BYTES'],
    flag: '--api-body-max-bytes',
    key: 'api.bodyMaxBytes',
    default: '1MiB',
    unit: 'size',
    doc: 'Largest body of an API request.',
    whenReached: 'Refused with 413.',
    group: 'API limits',
  }),
  apiRequestTimeoutMs: setting(durationMs(1_000, 3_600_000), {
    env: ['CASTELLAN_API_REQUEST_TIMEOUT'],
    flag: '--api-request-timeout',
    key: 'api.requestTimeout',
    default: '30s',
    unit: 'duration',
    doc: 'How long a client may take to send a whole request.',
    whenReached: 'The connection is closed with 408.',
    group: 'API limits',
  }),
  apiMaxConnections: setting(whole(1, 1_000_000), {
    env: ['CASTELLAN_API_MAX_CONNECTIONS'],
    flag: '--api-max-connections',
    key: 'api.maxConnections',
    default: '1000',
    unit: 'number',
    doc: 'Open connections to the page and the API.',
    whenReached: 'Further connections are closed at once.',
    group: 'API limits',
  }),
};

/** Levels by the names that ClusterSight has for them. */
const levelsOfPython = { warning: 'warn', critical: 'error' } as const;

const running = {
  logLevel: setting(oneOf(['debug', 'info', 'warn', 'error'], levelsOfPython), {
    env: ['LOG_LEVEL'],
    flag: '--log-level',
    key: 'log.level',
    default: 'info',
    unit: 'text',
    doc: 'Least important events that are logged: debug, info, warn or error, in upper or lower case.',
    group: 'Running',
  }),
  logFormat: setting(oneOf(['auto', 'json', 'pretty']), {
    env: ['LOG_FORMAT'],
    flag: '--log-format',
    key: 'log.format',
    default: 'auto',
    unit: 'text',
    doc: 'json, pretty (for reading), or auto: pretty on a terminal.',
    group: 'Running',
  }),
  drainTimeoutMs: setting(durationMs(0, 3_600_000), {
    env: ['CASTELLAN_DRAIN_TIMEOUT'],
    flag: '--drain-timeout',
    key: 'drainTimeout',
    default: '20s',
    unit: 'duration',
    doc: 'How long a stop waits for what is in flight.',
    whenReached:
      'The process ends with exit code 1; what was acknowledged is in the spool and is stored after the next start.',
    group: 'Running',
  }),
};

/** Settings of the HTTP front: listening, access, logs. */
export const ServerSettings = z.object({
  ...listening,
  ...access,
  ...storage,
  ...http,
  ...running,
});
