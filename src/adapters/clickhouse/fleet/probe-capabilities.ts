import { sqlName } from '../../../base/sql-text.ts';
import {
  type OwnGrants,
  ownGrantsStatement,
  parseOwnGrants,
} from '../../../core/health/access/own-grants.ts';
import {
  type Capabilities,
  capabilityStatement,
  parseCapabilities,
  withDenied,
} from '../../../core/health/index.ts';
import type { NodeClient, RunOptions } from './node-client.ts';
import { NodeError } from './node-error.ts';
import { addressText } from './node-target.ts';

/**
 * What a node has in `system` and what of `wanted` its user may not read. Usually two statements:
 * the columns, and the user's own grants (which servers before 20.1 do not have: there whoever may
 * read some of `system` may read all); tables are tried one by one only where the grants do not
 * settle it. Throws a NodeError where the node cannot be asked at all.
 */
export async function probeNodeCapabilities(
  client: NodeClient,
  wanted: Iterable<string>,
  options: RunOptions = {},
): Promise<Capabilities> {
  const answer = await client.run(capabilityStatement, options);
  const listed = parseCapabilities(answer.rows);
  if (listed.version === '')
    throw new NodeError('protocol', `${addressText(client.target)} does not say what it has`, {
      hint: 'Is this the HTTP interface of ClickHouse (usually port 8123, 8443 with TLS)?',
    });
  const grants = await readOwnGrants(client, options);
  if (grants === 'unsupported') return listed;
  const tables = new Map(listed.tables);
  const denied: string[] = [];
  for (const table of wanted) {
    if (!isDoubtful(table, listed, grants)) continue;
    const columns = await readColumns(client, table, options);
    if (columns === 'denied') denied.push(table);
    if (columns === 'denied' || columns === undefined) tables.delete(table);
    else tables.set(table, new Set(columns));
  }
  return withDenied({ ...listed, tables }, denied, client.target.username);
}

/** Tables of access control are listed for whoever may SELECT, and refused without these rights. */
const accessTables: ReadonlySet<string> = new Set([
  'users',
  'roles',
  'grants',
  'role_grants',
  'row_policies',
  'quotas',
  'settings_profiles',
  'settings_profile_elements',
]);
const accessRights = ['USERS', 'ROLES', 'ROW POLICIES', 'QUOTAS', 'SETTINGS PROFILES'];

/** Whether only trying tells if a table is there and may be read. */
function isDoubtful(table: string, listed: Capabilities, grants: OwnGrants | undefined): boolean {
  if (!listed.tables.has(table)) return !grants?.gives('SELECT', 'system.*');
  if (!accessTables.has(table)) return false;
  return !accessRights.every((name) => grants?.gives(`SHOW ${name}`, '*.*'));
}

/** The user's own grants; `unsupported` on servers that have none, undefined where they are refused. */
export async function readOwnGrants(
  client: NodeClient,
  options: RunOptions = {},
): Promise<OwnGrants | 'unsupported' | undefined> {
  try {
    return parseOwnGrants((await client.run(ownGrantsStatement, options)).rows);
  } catch (error) {
    if (error instanceof NodeError && error.code === syntaxError) return 'unsupported';
    if (error instanceof NodeError && error.code !== undefined) return undefined;
    throw error;
  }
}

const syntaxError = 62;
/** ACCESS_DENIED, DATABASE_ACCESS_DENIED. */
const deniedCodes: ReadonlySet<number> = new Set([497, 291]);

/**
 * Columns of a table that `system.columns` hides. Servers may let everybody read `system` and yet
 * list only what was granted (`select_from_system_db_requires_grant` = false). Undefined where the
 * server does not have the table.
 */
async function readColumns(
  client: NodeClient,
  table: string,
  options: RunOptions,
): Promise<readonly string[] | 'denied' | undefined> {
  try {
    return (await client.run(`SELECT * FROM system.${sqlName(table)} LIMIT 0`, options)).columns;
  } catch (error) {
    if (!(error instanceof NodeError) || error.code === undefined) throw error;
    return deniedCodes.has(error.code) ? 'denied' : undefined;
  }
}
