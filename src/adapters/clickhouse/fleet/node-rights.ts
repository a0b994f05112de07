import { grantRight } from '../../../core/health/access/monitoring-user.ts';
import {
  blindTo,
  parseSight,
  type Sight,
  sightStatement,
} from '../../../core/health/access/sight.ts';
import { type Capabilities, wantedTables } from '../../../core/health/index.ts';
import type { ClusterSettings, FleetNode } from '../../../model/fleet/cluster.ts';
import type { Capability } from '../../../model/fleet/fleet-api.ts';
import {
  connectNode,
  type NodeClient,
  type NodeClientOptions,
  type RunOptions,
} from './node-client.ts';
import { NodeError } from './node-error.ts';
import { nodeTarget } from './node-target.ts';
import { probeNodeCapabilities, readOwnGrants } from './probe-capabilities.ts';

/** Tables without which nothing of a node's load can be told. */
export const vitalTables = ['metrics', 'events', 'asynchronous_metrics'] as const;
export const neededTables: ReadonlySet<string> = new Set([...vitalTables, ...wantedTables]);

const allTables = 'SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.*';

/** What the user may do on one node. */
export interface NodeRights {
  readonly node: string;
  readonly capabilities: readonly Capability[];
}

/** Nodes asked at a time. */
const concurrency = 16;

/**
 * Asks nodes what the user may do there: users of servers are made on each of them, and may differ.
 * Nodes whose turn has not come within `budgetMs` are told as not asked.
 */
export async function readAllRights(
  nodes: readonly FleetNode[],
  settings: ClusterSettings,
  budgetMs: number,
  options: RunOptions & { readonly client: NodeClientOptions },
): Promise<NodeRights[]> {
  const endMs = performance.now() + budgetMs;
  const found: NodeRights[] = [];
  const waiting = [...nodes];
  const ask = async () => {
    for (let node = waiting.shift(); node; node = waiting.shift())
      found.push({
        node: node.id,
        capabilities:
          performance.now() > endMs ? [notAsked] : await askOne(node, settings, options),
      });
  };
  await Promise.all(Array.from({ length: concurrency }, ask));
  return nodes.map(({ id }) => found.find(({ node }) => node === id)!);
}

const notAsked: Capability = {
  name: 'Rights',
  ok: false,
  detail: 'Not asked: the test took too long. They are asked again when the cluster is watched.',
};

async function askOne(
  node: FleetNode,
  settings: ClusterSettings,
  { client: clientOptions, ...run }: RunOptions & { readonly client: NodeClientOptions },
): Promise<readonly Capability[]> {
  const client = connectNode(nodeTarget(settings, node), clientOptions);
  try {
    return await readRights(client, await probeNodeCapabilities(client, neededTables, run), run);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return [failedRights(error, settings.username)];
  } finally {
    await client.close();
  }
}

/** The line of a node that could not be asked. */
export const failedRights = (error: NodeError, username: string): Capability => ({
  name: 'Connect',
  ok: false,
  detail: error.message,
  ...(error.layer === 'permission' ? { grant: grantRight('SELECT ON system.*', username) } : {}),
});

/** What the user may do on a node whose capabilities were probed. Throws a NodeError. */
export async function readRights(
  client: NodeClient,
  capabilities: Capabilities,
  options: RunOptions,
): Promise<readonly Capability[]> {
  return [
    { name: 'Connect', ok: true, detail: `ClickHouse ${capabilities.version}` },
    ...tableCapabilities(capabilities, client.target.username),
    await sightCapability(client, capabilities, options),
  ];
}

/** One line for each table that readings need and this server has. */
function tableCapabilities(capabilities: Capabilities, username: string): Capability[] {
  return [...neededTables].sort().flatMap((table): Capability[] => {
    const name = `Read system.${table}`;
    const grant = capabilities.denied.get(table);
    if (grant !== undefined)
      return [
        {
          name,
          ok: false,
          detail: `The user "${username}" may not read it: checks that need it are unknown.`,
          grant,
        },
      ];
    return capabilities.tables.has(table) ? [{ name, ok: true }] : [];
  });
}

/** Whether the tables of users are seen, or hidden without a word. */
async function sightCapability(
  client: NodeClient,
  capabilities: Capabilities,
  options: RunOptions,
): Promise<Capability> {
  const name = 'See all tables';
  const grant = grantRight(allTables, client.target.username);
  const grants = await readOwnGrants(client, options);
  if (typeof grants === 'object' && grants.gives('SHOW TABLES', '*.*')) return { name, ok: true };
  const sight = await readSight(client, capabilities, options);
  const blind = blindTo(sight);
  const told = blind ?? sight[0];
  if (told)
    return {
      name,
      ok: blind === undefined,
      detail: `The user sees ${told.visible} of ${told.real} ${told.what}.`,
      ...(blind ? { grant } : {}),
    };
  if (grants === 'unsupported')
    return {
      name,
      ok: true,
      detail:
        'This version cannot tell: a user with allow_databases in users.xml sees only those databases.',
    };
  return {
    name,
    ok: false,
    detail: 'The user has no right to see all tables, and the server does not say how many it has.',
    grant,
  };
}

/** Undefined where the server refuses to say it. */
async function readSight(
  client: NodeClient,
  capabilities: Capabilities,
  options: RunOptions,
): Promise<Sight> {
  try {
    return parseSight((await client.run(sightStatement(capabilities), options)).rows);
  } catch (error) {
    if (error instanceof NodeError && error.code !== undefined) return [];
    throw error;
  }
}

/**
 * One line for what is so on all nodes, the first of which speaks for them; else a line for each
 * node where it fails, with the node.
 */
export function mergeRights(nodes: readonly NodeRights[]): Capability[] {
  const names = new Set(nodes.flatMap(({ capabilities }) => capabilities.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const said = nodes.flatMap(({ node, capabilities }) =>
      capabilities.filter((each) => each.name === name).map((each) => ({ ...each, node })),
    );
    const failing = said.filter(({ ok }) => !ok);
    const [first] = said;
    const everywhere = failing.length === 0 || failing.length === nodes.length;
    if (!everywhere || failing.some(({ grant }) => grant !== first?.grant)) return failing;
    const { node: _, ...shared } = first!;
    return [shared];
  });
}
