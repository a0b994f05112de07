import { grantRight } from '../../../core/health/access/monitoring-user.ts';
import type { Capabilities } from '../../../core/health/index.ts';
import type { ClusterSettings, FleetNode } from '../../../model/fleet/cluster.ts';
import type { Capability, ClusterTestData } from '../../../model/fleet/fleet-api.ts';
import { type Discovery, discoverNodes } from './discover-nodes.ts';
import { askKeeper } from './keeper-words.ts';
import { connectNode, type NodeClientOptions } from './node-client.ts';
import { NodeError } from './node-error.ts';
import {
  failedRights,
  mergeRights,
  neededTables,
  readAllRights,
  readRights,
  vitalTables,
} from './node-rights.ts';
import { addressText, nodeTarget } from './node-target.ts';
import { probeNodeCapabilities } from './probe-capabilities.ts';

export interface TestOptions extends NodeClientOptions {
  readonly signal?: AbortSignal;
}

/** A person waits for the answer. */
const patience = { connectMs: 5_000, responseMs: 5_000, totalMs: 10_000 };
/** After that no further node is asked for the user's rights. */
const rightsBudgetMs = 15_000;

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
    const asked = addressText(settings);
    const others = discovery.nodes.filter(({ id, online }) => online && id !== asked);
    const rights = [
      { node: asked, capabilities: await readRights(entry, capabilities, run) },
      ...(await readAllRights(others, settings, rightsBudgetMs, { ...run, client })),
    ];
    const tested = [
      ...mergeRights(rights),
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
  capabilities: [failedRights(error, settings.username)],
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
  const where = lacking?.node === undefined ? '' : ` on ${lacking.node}`;
  return lacking ? `Some checks will be unknown: ${lacking.name} fails${where}.` : undefined;
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
