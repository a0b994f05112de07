import { grantRight } from '../../../core/health/access/monitoring-user.ts';
import {
  isBlind,
  parseSight,
  type Sight,
  sightStatement,
} from '../../../core/health/access/sight.ts';
import { type Capabilities, wantedTables } from '../../../core/health/index.ts';
import type { ClusterSettings, FleetNode } from '../../../model/fleet/cluster.ts';
import type { Capability, ClusterTestData } from '../../../model/fleet/fleet-api.ts';
import { type Discovery, discoverNodes } from './discover-nodes.ts';
import { askKeeper } from './keeper-words.ts';
import {
  connectNode,
  type NodeClient,
  type NodeClientOptions,
  type RunOptions,
} from './node-client.ts';
import { NodeError } from './node-error.ts';
import { addressText, nodeTarget } from './node-target.ts';
import { probeNodeCapabilities, readOwnGrants } from './probe-capabilities.ts';

export interface TestOptions extends NodeClientOptions {
  readonly signal?: AbortSignal;
}

/** A person waits for the answer. */
const patience = { connectMs: 5_000, responseMs: 5_000, totalMs: 10_000 };

/** Tables without which nothing of a node's load can be told. */
const vitalTables = ['metrics', 'events', 'asynchronous_metrics'] as const;
const neededTables: ReadonlySet<string> = new Set([...vitalTables, ...wantedTables]);
const allTables = 'SHOW DATABASES, SHOW TABLES, SHOW COLUMNS, SHOW DICTIONARIES ON *.*';

/**
 * Tries a cluster before it is saved: can it be reached, who belongs to it, and what may the user
 * see. A cluster that cannot be reached is an answer; throws only for `signal`. Saves nothing.
 */
export async function testCluster(
  settings: ClusterSettings,
  options: TestOptions = {},
): Promise<ClusterTestData> {
  const client = { ...options, limits: { ...patience, ...options.limits } };
  const entry = connectNode(nodeTarget(settings, settings), client);
  const run = options.signal ? { signal: options.signal } : {};
  try {
    const capabilities = await probeNodeCapabilities(entry, neededTables, run);
    const discovery = await discoverNodes(settings, entry, capabilities, { ...run, client });
    const tested = [
      { name: 'Connect', ok: true, detail: `ClickHouse ${capabilities.version}` },
      ...tableCapabilities(capabilities, settings.username),
      await sightCapability(entry, capabilities, run),
      ...(await Promise.all((settings.keepers ?? []).map(keeperCapability))),
    ];
    return report(settings, capabilities, discovery, tested);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return failed(settings, error);
  } finally {
    await entry.close();
  }
}

const failed = (settings: ClusterSettings, error: NodeError): ClusterTestData => ({
  ok: false,
  layer: error.layer,
  message: error.message,
  ...(error.hint === undefined ? {} : { hint: error.hint }),
  nodes: [
    {
      id: addressText(settings),
      host: settings.host,
      port: settings.port,
      hostName: '',
      version: '',
      online: false,
      problem: error.message,
    },
  ],
  topology: null,
  capabilities: [
    {
      name: 'Connect',
      ok: false,
      detail: error.message,
      ...(error.layer === 'permission'
        ? { grant: grantRight('SELECT ON system.*', settings.username) }
        : {}),
    },
  ],
});

function report(
  settings: ClusterSettings,
  capabilities: Capabilities,
  { topology, nodes, unaddressed }: Discovery,
  tested: readonly Capability[],
): ClusterTestData {
  const shared = {
    version: capabilities.version,
    nodes: [...nodes],
    topology,
    capabilities: [...tested],
  };
  const dark = vitalTables.filter((table) => capabilities.denied.has(table));
  if (dark.length > 0)
    return {
      ok: false,
      layer: 'permission',
      message: `the user "${settings.username}" may not read system.${dark.join(', system.')}: the cluster cannot be watched`,
      hint: `Run on the cluster: ${grantRight('SELECT ON system.*', settings.username)}`,
      ...shared,
    };
  const hint = hintOf(nodes, unaddressed, tested);
  return {
    ok: true,
    message: summary(nodes, topology, unaddressed.length),
    ...(hint === undefined ? {} : { hint }),
    ...shared,
  };
}

function summary(
  nodes: readonly FleetNode[],
  topology: Discovery['topology'],
  unaddressed: number,
): string {
  const online = nodes.filter((node) => node.online).length;
  const shape =
    topology.cluster === ''
      ? 'a server that belongs to no cluster'
      : `cluster "${topology.cluster}": ${topology.shards} × ${topology.replicas} (shards × replicas)`;
  const answer =
    online === nodes.length ? `${online} answer` : `${online} of ${nodes.length} answer`;
  const rest = unaddressed > 0 ? `, ${unaddressed} cannot be addressed` : '';
  return `${shape}; nodes: ${answer}${rest}; Keeper nodes: ${topology.keeperNodes}`;
}

function hintOf(
  nodes: readonly FleetNode[],
  unaddressed: readonly string[],
  tested: readonly Capability[],
): string | undefined {
  if (unaddressed.length > 0)
    return `No HTTP port is known of ${unaddressed.slice(0, 5).join(', ')}: name all nodes with their HTTP ports.`;
  const offline = nodes.find((node) => !node.online);
  if (offline)
    return `${offline.problem}. If the name or port is not what is used from here, map it to an address or name the nodes.`;
  const lacking = tested.find((capability) => !capability.ok);
  return lacking ? `Some checks will be unknown: ${lacking.name} fails.` : undefined;
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
  const blind = sight ? isBlind(sight) : undefined;
  if (sight && blind !== undefined)
    return {
      name,
      ok: !blind,
      detail: `The user sees ${sight.visibleTables} of ${sight.attachedTables} tables.`,
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
): Promise<Sight | undefined> {
  try {
    return parseSight((await client.run(sightStatement(capabilities), options)).rows);
  } catch (error) {
    if (error instanceof NodeError && error.code !== undefined) return undefined;
    throw error;
  }
}

async function keeperCapability(address: { host: string; port: number }): Promise<Capability> {
  const name = `Keeper ${addressText(address)}`;
  try {
    await askKeeper(address, 'ruok');
    await askKeeper(address, 'mntr');
    return { name, ok: true };
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return { name, ok: false, detail: [error.message, error.hint].filter(Boolean).join('. ') };
  }
}
