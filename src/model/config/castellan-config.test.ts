import { expect, test } from 'vitest';
import { CastellanSettings, resolveCastellanConfig } from './castellan-config.ts';
import { renderProblem } from './config-problem.ts';
import { metaOf } from './setting.ts';

const resolve = (env: Record<string, string>, flags: { name: string; value: string }[] = []) =>
  resolveCastellanConfig({ flags, env });

test('the defaults are those that outside programs rely on', () => {
  const resolved = resolve({});
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
  expect(resolved.value.values).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    otlpGrpcPort: 4317,
    otlpHttpPort: 4318,
    dataDir: './data',
    storeUrl: undefined,
    database: 'castellan',
    clickhousePort: undefined,
    password: undefined,
    publicUrl: undefined,
    trustedProxies: [],
    retentionLogsMs: 30 * 86_400_000,
    retentionTracesMs: 30 * 86_400_000,
    retentionMetricsMs: 30 * 86_400_000,
    retentionSessionsMs: 30 * 86_400_000,
    spoolMaxBytes: 8 * 2 ** 30,
    spoolFsync: 'always',
    diskMinFreeBytes: 2 ** 30,
    logLevel: 'info',
    severityInference: false,
    jsonBodyExpansion: false,
  });
});

test('the address depends on the password', () => {
  const check = (env: Record<string, string>, host: string, shown: string) => {
    const resolved = resolve(env);
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
    const setting = resolved.value.settings.find((each) => each.field === 'host');
    expect([resolved.value.values.host, setting?.shown]).toEqual([host, shown]);
  };
  check({}, '127.0.0.1', '127.0.0.1');
  check({ CASTELLAN_PASSWORD: 'x' }, '0.0.0.0', '0.0.0.0');
  check({ CLUSTERSIGHT_PASSWORD: 'x' }, '0.0.0.0', '0.0.0.0');
  check({ CASTELLAN_PASSWORD: '' }, '127.0.0.1', '127.0.0.1');
  check({ HOST: '10.0.0.1' }, '10.0.0.1', '10.0.0.1');
  check({ HOST: '10.0.0.1', CASTELLAN_HOST: '::1' }, '::1', '::1');
  check({ CASTELLAN_PASSWORD: 'x', HOST: '127.0.0.1' }, '127.0.0.1', '127.0.0.1');
});

test('values that contradict each other, and those that are bad', () => {
  const check = (env: Record<string, string>, expected: RegExp) => {
    const resolved = resolve(env);
    expect(resolved.ok ? 'no problem' : resolved.error.map(renderProblem).join('\n')).toMatch(
      expected,
    );
  };
  check({ PORT: '0', OTLP_HTTP_PORT: '0' }, /^no problem$/);
  check({ PORT: '4318' }, /^default: OTLP_HTTP_PORT and PORT are both 4318\. Give each/);
  check({ CASTELLAN_CLICKHOUSE_PORT: '3000' }, /CLICKHOUSE_PORT and PORT are both 3000/);
  check({ CASTELLAN_SESSION_IDLE: '40d' }, /SESSION_IDLE is longer than CASTELLAN_SESSION_MAX/);
  check({ OTLP_MAX_BODY_BYTES: '1GiB' }, /IN_FLIGHT is less than OTLP_MAX_BODY_BYTES/);
  check({ CASTELLAN_DATABASE: 'a b' }, /^CASTELLAN_DATABASE: expected a name of letters/);
  check({ CASTELLAN_DATABASE: 'a`; drop' }, /^CASTELLAN_DATABASE: expected a name of letters/);
  check(
    { CASTELLAN_HOST: 'localhost:3000' },
    /^CASTELLAN_HOST: expected an IP address or a host name/,
  );
  check({ CASTELLAN_PUBLIC_URL: 'logs.example.com' }, /^CASTELLAN_PUBLIC_URL: expected a URL/);
  check({ CASTELLAN_TRUSTED_PROXIES: '10.0.0.0/8,::1,loopback' }, /^no problem$/);
  check({ CASTELLAN_TRUSTED_PROXIES: 'all' }, /"all" is not an address, a network/);
  check({ SPOOL_FSYNC: 'sometimes' }, /^SPOOL_FSYNC: expected one of always, interval, never/);
  check({ CASTELLAN_STORE_URL: 'h:secret@x' }, /^CASTELLAN_STORE_URL: expected a URL(?!.*secret)/);
});

test('doubtful combinations are warnings', () => {
  const check = (
    env: Record<string, string>,
    flags: { name: string; value: string }[],
    expected: RegExp[],
  ) => {
    const resolved = resolve(env, flags);
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
    const lines = resolved.value.warnings.map(renderProblem);
    expect(lines).toEqual(expected.map((each) => expect.stringMatching(each)));
  };
  const url = 'http://u:p@h:8123';
  check({ CASTELLAN_STORE_URL: url }, [], []);
  check({}, [{ name: '--store-url', value: url }], [/^--store-url: a list of processes shows/]);
  check({}, [{ name: '--store-url', value: 'http://h:8123' }], []);
  check(
    { CASTELLAN_STORE_URL: url, CASTELLAN_CLICKHOUSE_PORT: '8123' },
    [],
    [/is ignored, because/],
  );
});

test('every setting has names of its own, and a default that holds', () => {
  const metas = Object.values(CastellanSettings.shape).map(metaOf);
  const names = metas.flatMap((meta) => [...meta.env, meta.key, ...(meta.flag ? [meta.flag] : [])]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  for (const meta of metas) expect(meta.doc, meta.key).toMatch(/^[A-Za-z].*\.$/);
  expect(resolve({}).ok).toBe(true);
});

test('the settings of the monitor are those of ClusterSight', () => {
  const check = (env: Record<string, string>, expected: object) => {
    const resolved = resolve(env);
    if (!resolved.ok) throw new Error(resolved.error.map(renderProblem).join('\n'));
    expect(resolved.value.values).toMatchObject(expected);
  };
  check({}, { collectionIntervalMs: 30_000, cacheTtlMs: 30_000, monitorCpuShare: 0.005 });
  check({}, { fallbackHost: undefined, corsOrigins: [], databasePath: undefined });
  check({ COLLECTION_INTERVAL: '60' }, { collectionIntervalMs: 60_000 });
  check(
    { COLLECTION_INTERVAL: '2m', CACHE_TTL: '0' },
    { collectionIntervalMs: 120_000, cacheTtlMs: 0 },
  );
  check(
    { CORS_ORIGINS: 'http://localhost:5173, http://localhost:3000' },
    {
      corsOrigins: ['http://localhost:5173', 'http://localhost:3000'],
    },
  );
  check(
    { CLICKHOUSE_HOST: 'db', CLICKHOUSE_PORT: '9123', CLICKHOUSE_USER: 'ro' },
    {
      fallbackHost: 'db',
      fallbackPort: 9123,
      fallbackUser: 'ro',
    },
  );
  check({ LOG_LEVEL: 'INFO' }, { logLevel: 'info' });
  check({ LOG_LEVEL: 'WARNING' }, { logLevel: 'warn' });
  check({ LOG_LEVEL: 'Critical' }, { logLevel: 'error' });
  check({ CLUSTERSIGHT_PASSWORD: 'x y' }, { password: 'x y' });
  const keys = `${'A'.repeat(43)}=, ${'-_'.repeat(21)}w`;
  check({ FERNET_KEY: keys }, { secretKey: keys });
});

test('bad values of the monitor, and what Kubernetes injects', () => {
  const check = (env: Record<string, string>, problem: RegExp, warning: RegExp) => {
    const resolved = resolve(env);
    const problems = resolved.ok ? [] : resolved.error;
    const warnings = resolved.ok ? resolved.value.warnings : [];
    expect(problems.map(renderProblem).join('\n')).toMatch(problem);
    expect(warnings.map(renderProblem).join('\n')).toMatch(warning);
  };
  const injected = 'tcp://10.0.0.1:8123';
  check(
    { COLLECTION_INTERVAL: '1' },
    /COLLECTION_INTERVAL.*expected 5 to 3600 seconds, got "1"/,
    /^$/,
  );
  check({ COLLECTION_INTERVAL: 'soon' }, /"soon" is not a duration/, /^$/);
  check({ CORS_ORIGINS: 'example.com/x' }, /"example.com\/x" is not an origin/, /^$/);
  check({ FERNET_KEY: 'hush' }, /^FERNET_KEY: expected 32 bytes in base64, 44 letters/, /^$/);
  check({ FERNET_KEY: `${'A'.repeat(43)}=,x` }, /expected 32 bytes/, /^$/);
  check({ CASTELLAN_PASSWORD: ' x' }, /^$/, /the password begins or ends with spaces/);
  check({ CLUSTERSIGHT_PASSWORD: '"x"' }, /^$/, /CLUSTERSIGHT_PASSWORD: the password is in quotes/);
  check({ CASTELLAN_PASSWORD: `'x y"` }, /^$/, /^$/);
  check({ MONITOR_CPU_SHARE: '5' }, /expected a percentage/, /^$/);
  check({ CLICKHOUSE_PORT: injected }, /^$/, /^$/);
  check({ CLICKHOUSE_PORT: 'rubbish' }, /^$/, /^$/);
  check({ CLICKHOUSE_HOST: 'http://db' }, /CLICKHOUSE_HOST: expected .* without a port/, /^$/);
  check(
    { CLICKHOUSE_HOST: 'db', CLICKHOUSE_PORT: injected },
    /^$/,
    /what Kubernetes sets.*8123 is used/,
  );
  check(
    { CLICKHOUSE_HOST: 'db', CLICKHOUSE_PORT: '0' },
    /expected a port from 1 to 65535, got "0"/,
    /^$/,
  );
});
