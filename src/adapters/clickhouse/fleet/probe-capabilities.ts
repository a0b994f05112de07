import {
  type OwnGrants,
  ownGrantsStatement,
  parseOwnGrants,
} from '../../../core/health/access/own-grants.ts';
import {
  accessStatement,
  type Capabilities,
  capabilityStatement,
  parseCapabilities,
  withDenied,
} from '../../../core/health/index.ts';
import type { NodeClient, RunOptions } from './node-client.ts';
import { NodeError } from './node-error.ts';

/**
 * What a node has in `system` and what of `wanted` its user may not read. Usually two statements:
 * the columns, and the user's own grants; tables are tried one by one only where the grants do not
 * settle it. Throws a NodeError where the node cannot be asked at all.
 */
export async function probeNodeCapabilities(
  client: NodeClient,
  wanted: Iterable<string>,
  options: RunOptions = {},
): Promise<Capabilities> {
  const answer = await client.run(capabilityStatement, options);
  const capabilities = parseCapabilities(answer.rows);
  if (capabilities.version === '' || capabilities.tables.size === 0)
    throw new NodeError(
      'protocol',
      `${client.target.host}:${client.target.port} does not say which tables it has`,
      { hint: 'Is this the HTTP interface of ClickHouse (usually port 8123, 8443 with TLS)?' },
    );
  const missing = [...wanted].filter((table) => !capabilities.tables.has(table));
  if (missing.length === 0 || (await readsAllOfSystem(client, options))) return capabilities;
  const denied: string[] = [];
  for (const table of missing) if (await isDenied(client, table, options)) denied.push(table);
  return withDenied(capabilities, denied, client.target.username);
}

/** ACCESS_DENIED, DATABASE_ACCESS_DENIED. */
const deniedCodes: ReadonlySet<number> = new Set([497, 291]);

/**
 * Whether a missing table is surely one that the server does not have. Servers without SQL-driven
 * access control (before 20.1) show all of `system` to whoever may read any of it.
 */
async function readsAllOfSystem(client: NodeClient, options: RunOptions): Promise<boolean> {
  const grants = await readOwnGrants(client, options);
  return grants === 'unsupported' || grants?.gives('SELECT', 'system.*') === true;
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

async function isDenied(client: NodeClient, table: string, options: RunOptions): Promise<boolean> {
  try {
    await client.run(accessStatement(table), options);
    return false;
  } catch (error) {
    if (!(error instanceof NodeError) || error.code === undefined) throw error;
    return deniedCodes.has(error.code);
  }
}
