import { sqlName, sqlString } from '../../../base/sql-text.ts';

/** What a server has in `system`, and what the monitoring user may read of it. */
export interface Capabilities {
  readonly version: string;
  /** Tables of `system` that can be read, with their columns. */
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tables that exist but may not be read, with the statement that would allow it. */
  readonly denied: ReadonlyMap<string, string>;
  /** Functions that not every version has, of those that statements here would use. */
  readonly functions: ReadonlySet<string>;
}

const wantedFunctions = ['now64', 'toUnixTimestamp64Milli', 'normalizedQueryHash'];

/** Asks for everything in one statement; works on every version since 18.16. */
export const capabilityStatement = [
  `SELECT 'column' AS kind, table AS owner, name AS item FROM system.columns WHERE database = 'system'`,
  `SELECT 'function' AS kind, '' AS owner, name AS item FROM system.functions WHERE name IN (${wantedFunctions.map(sqlString)})`,
  `SELECT 'version' AS kind, '' AS owner, version() AS item`,
].join(' UNION ALL ');

/**
 * Reads the answer of `capabilityStatement`: rows `[kind, owner, item]`. A table that the user may
 * not read is simply not listed; `accessStatement` tells it from one that does not exist, and
 * `withDenied` adds what it told. Rows of another shape are left out.
 */
export function parseCapabilities(rows: readonly unknown[]): Capabilities {
  const tables = new Map<string, Set<string>>();
  const functions = new Set<string>();
  let version = '';
  for (const row of rows) {
    const [kind, owner, item] = Array.isArray(row) ? row : [];
    if (typeof owner !== 'string' || typeof item !== 'string') continue;
    if (kind === 'version') version = item;
    if (kind === 'function') functions.add(item);
    if (kind !== 'column') continue;
    const columns = tables.get(owner);
    if (columns) columns.add(item);
    else tables.set(owner, new Set([item]));
  }
  return { version, tables, denied: new Map(), functions };
}

/** Reads nothing of a table: fails with 497 (or 291) where it is hidden, with 60 where it is not there. */
export const accessStatement = (table: string): string =>
  `SELECT 1 FROM system.${sqlName(table)} LIMIT 0`;

/** Adds the tables whose `accessStatement` was denied. */
export const withDenied = (
  capabilities: Capabilities,
  tables: Iterable<string>,
  user = 'castellan',
): Capabilities => ({
  ...capabilities,
  denied: new Map([...tables].map((table) => [table, grantStatement(table, user)] as const)),
});

/** Tables of access control are not a matter of SELECT: each has a right of its own. */
const accessRights: Readonly<Record<string, string>> = {
  users: 'SHOW USERS',
  roles: 'SHOW ROLES',
  grants: 'SHOW USERS, SHOW ROLES',
  row_policies: 'SHOW ROW POLICIES',
  quotas: 'SHOW QUOTAS',
  settings_profiles: 'SHOW SETTINGS PROFILES',
  settings_profile_elements: 'SHOW SETTINGS PROFILES',
};

/** The right to read one table of `system`. */
export function grantStatement(table: string, user: string): string {
  const access = Object.hasOwn(accessRights, table) ? accessRights[table] : undefined;
  const right = access ? `${access} ON *.*` : `SELECT ON system.${sqlName(table)}`;
  return `GRANT ${right} TO ${sqlName(user)}`;
}
