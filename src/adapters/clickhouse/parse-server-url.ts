import { err, ok, type Result } from '../../base/result.ts';
import type { ServerConnection } from './store-connection.ts';

/** Parameters of the HTTP interface that make no sense in a store's URL. */
const notSettings = new Set([
  'user',
  'password',
  'query',
  'query_id',
  'session_id',
  'default_format',
]);

/**
 * Reads CASTELLAN_STORE_URL: `http(s)://user:password@host:8123/?setting=value`. The database is
 * Castellan's own setting; `database` in the URL is refused, so that there are not two of them.
 * The error never contains the password.
 */
export function parseServerUrl(text: string, database: string): Result<ServerConnection, string> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return err('the store URL is not a URL; write http://user:password@host:8123/');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return err(
      `the store URL begins with ${url.protocol}//; ClickHouse's HTTP interface needs http:// or https:// (port 8123 or 8443)`,
    );
  if (url.port === '9000' || url.port === '9440')
    return err(
      `port ${url.port} of the store URL is ClickHouse's native protocol; its HTTP interface is usually 8123, or 8443 with https`,
    );
  if (url.searchParams.has('database'))
    return err('the store URL names a database; set CASTELLAN_DATABASE instead');
  const settings: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (notSettings.has(name)) return err(`the store URL has "${name}", which is not a setting`);
    settings[name] = value;
  }
  const decoded = decodeCredentials(url);
  if (!decoded) return err('user or password in the store URL are not percent-encoded correctly');
  const path = url.pathname === '/' ? '' : url.pathname;
  return ok({
    kind: 'server',
    url: `${url.protocol}//${url.host}${path}`,
    username: decoded.username || 'default',
    password: decoded.password,
    database,
    settings,
  });
}

function decodeCredentials(url: URL): { username: string; password: string } | undefined {
  try {
    return {
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
  } catch {
    return undefined;
  }
}
