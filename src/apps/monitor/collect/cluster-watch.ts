import {
  addressText,
  connectNode,
  type Discovery,
  discoverNodes,
  type NodeClient,
  NodeError,
  nodeTarget,
  probeNodeCapabilities,
} from '../../../adapters/clickhouse/fleet/index.ts';
import { phaseMs } from '../../../core/collection/back-off.ts';
import type { FleetNode, NodeAddress, Topology } from '../../../model/fleet/cluster.ts';
import type { WatchedCluster } from '../clusters/cluster-rows.ts';
import type { KeptNode } from '../state/node-rows.ts';
import { ClusterEvaluation, type Health } from './cluster-evaluation.ts';
import { ClusterHistory } from './cluster-history.ts';
import { DiscoveryWarnings } from './discovery-warnings.ts';
import { KeeperWatch } from './keeper-watch.ts';
import { Lane } from './lane.ts';
import { NodeWatch } from './node-watch.ts';
import type { WatchParts } from './watch-parts.ts';

/** After a node was lost or came back the cluster is evaluated this soon. */
const turnedMs = 200;
/** The first evaluation waits for its nodes no longer than this. */
const firstEvaluationMs = 1_000;

/** Watches one cluster: finds its nodes, reads each of them, and evaluates what they said. */
export class ClusterWatch {
  readonly #parts: WatchParts;
  readonly #evaluation: ClusterEvaluation;
  readonly #keepers: KeeperWatch;
  readonly #discovering: Lane;
  readonly #evaluating: Lane;
  readonly #watches = new Map<string, NodeWatch>();
  readonly #stopping = new AbortController();
  readonly #warnings: DiscoveryWarnings;
  readonly history: ClusterHistory;
  #cluster: WatchedCluster;
  #topology: Topology | null = null;
  #kept: readonly KeptNode[] = [];
  #unread = false;
  #diskDaysLeft: number | null = null;
  /** Half seconds that the first evaluation waits for slow nodes. */
  #patience = 20;
  #evaluated: Promise<void> = Promise.resolve();

  constructor(cluster: WatchedCluster, parts: WatchParts) {
    const { log } = parts;
    this.#cluster = cluster;
    this.#parts = parts;
    this.history = new ClusterHistory(cluster.id, parts.history, this.#stopping.signal);
    this.#warnings = new DiscoveryWarnings(log, parts);
    this.#evaluation = new ClusterEvaluation(cluster.id, parts.cadence, parts);
    this.#keepers = new KeeperWatch(
      cluster.settings.keepers ?? [],
      parts.cadence.state,
      parts.timeoutMs,
      log,
    );
    const failed = (error: unknown) =>
      log.error('collection_failed', { cluster: cluster.settings.name, error });
    this.#discovering = new Lane(() => this.#discoverTurn(), failed);
    this.#evaluating = new Lane(() => this.#evaluateTurn(), failed);
  }

  get cluster(): WatchedCluster {
    return this.#cluster;
  }

  get topology(): Topology | null {
    return this.#topology;
  }

  get health(): Health {
    return this.#evaluation.health;
  }

  /** Nodes as they are read now; before the first reading those that an earlier process knew. */
  get nodes(): readonly FleetNode[] {
    if (this.#watches.size > 0) return this.watches().map((watch) => watch.node);
    return this.#kept.map(({ node }) => node);
  }

  watches(): NodeWatch[] {
    return [...this.#watches.values()];
  }

  /** When any node last told its state. */
  get collectedMs(): number | undefined {
    const times = this.watches().flatMap(({ times: { collectedMs } }) => collectedMs ?? []);
    const kept = this.#kept.flatMap(({ seenMs }) => seenMs ?? []);
    return Math.max(...times, ...kept, 0) || undefined;
  }

  /** Until the fullest disk is full at the rate of the last day; null where it cannot be told. */
  get diskDaysLeft(): number | null {
    return this.#diskDaysLeft;
  }

  /** Takes what the history of the samples says of the disks. */
  forecast(diskDaysLeft: number | null): void {
    this.#diskDaysLeft = diskDaysLeft;
  }

  /** Reads what an earlier process left, and begins. */
  async start(): Promise<void> {
    this.#kept = await this.#parts.nodes.list(this.#cluster.id);
    this.#topology = await this.#evaluation.load();
    if (this.#cluster.paused || this.#cluster.sealed || this.#stopping.signal.aborted) return;
    const known = this.#kept.map(({ node }) => node);
    this.#watch(known.length > 0 ? known : [this.#entryNode()]);
    this.#discovering.wake();
    this.#evaluating.wake(firstEvaluationMs);
    this.#keepers.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the monitor stops watching this cluster'));
    await Promise.all([
      this.#discovering.stop(),
      this.#evaluating.stop(),
      this.#keepers.stop(),
      ...this.watches().map((watch) => watch.stop()),
    ]);
  }

  /** Another name or other labels; what is read stays the same. */
  rename(cluster: WatchedCluster): void {
    this.#cluster = cluster;
  }

  /** Evaluates soon: a mark has changed. */
  touch(): void {
    this.#unread = true;
    this.#evaluating.wake();
  }

  /** Reads everything now, and evaluates. */
  async collectNow(signal: AbortSignal): Promise<void> {
    await this.#discover();
    await Promise.all([
      this.#keepers.read(),
      ...this.watches().map((watch) => watch.collectNow(signal)),
    ]);
    signal.throwIfAborted();
    await this.#evaluate();
  }

  #entryNode(): FleetNode {
    const { host, port } = this.#cluster.settings;
    return {
      id: addressText({ host, port }),
      host,
      port,
      hostName: '',
      version: '',
      online: false,
    };
  }

  #connect(address: NodeAddress): NodeClient {
    return connectNode(nodeTarget(this.#cluster.settings, address), this.#parts.client);
  }

  async #discoverTurn(): Promise<number> {
    const found = await this.#discover();
    const { cadence } = this.#parts;
    return found ? cadence.slow : cadence.vitals;
  }

  /** Asks one node that answers for all of them. False where none does. */
  async #discover(): Promise<boolean> {
    const entries = [this.#entryNode(), ...this.nodes.filter(({ online }) => online)];
    for (const entry of entries.slice(0, 4)) {
      const watch = this.#watches.get(entry.id);
      const client = watch?.client ?? this.#connect(entry);
      try {
        this.#adopt(await this.#askTopology(client));
        return true;
      } catch (error) {
        if (!(error instanceof NodeError)) throw error;
      } finally {
        if (!watch) await client.close();
      }
    }
    return false;
  }

  async #askTopology(client: NodeClient): Promise<Discovery> {
    const { settings } = this.#cluster;
    const { signal } = this.#stopping;
    const known = this.#watches.get(addressText(client.target))?.observation().capabilities;
    const capabilities = known ?? (await probeNodeCapabilities(client, [], { signal }));
    return discoverNodes(settings, client, capabilities, {
      signal,
      known: this.nodes,
      client: this.#parts.client,
    });
  }

  #adopt(discovery: Discovery): void {
    if (this.#stopping.signal.aborted) return;
    this.#topology = discovery.topology;
    this.#warnings.tell(this.#cluster.settings.name, discovery);
    this.#watch(discovery.nodes.slice(0, this.#parts.maxNodes));
  }

  /** Watches exactly these nodes; what is known of those that stay is kept. */
  #watch(nodes: readonly FleetNode[]): void {
    for (const [id, watch] of this.#watches) {
      if (nodes.some((node) => node.id === id)) continue;
      this.#watches.delete(id);
      void watch.stop();
    }
    for (const node of nodes) {
      const { id, shard, replica } = node;
      const there = this.#watches.get(id);
      if (there)
        there.place({
          ...(shard === undefined ? {} : { shard }),
          ...(replica === undefined ? {} : { replica }),
        });
      else this.#begin(node);
    }
  }

  #begin(node: FleetNode): void {
    const { cadence, gate, cpuShare, log, samples } = this.#parts;
    const { id } = this.#cluster;
    const kept = this.#kept.find((each) => each.node.id === node.id);
    const watch = new NodeWatch({
      name: `${id}/${node.id}`,
      node,
      last: kept?.last,
      unreachable: kept?.unreachable,
      client: this.#connect(node),
      cadence,
      gate,
      cpuShare,
      log,
      onVitals: (sample, before) => samples.add(id, node.id, sample, before),
      onRead: (turned) => {
        this.#unread = true;
        if (turned) this.#evaluating.wake(turnedMs);
      },
    });
    this.#watches.set(node.id, watch);
    watch.start();
  }

  async #evaluateTurn(): Promise<number> {
    const { health } = this.#evaluation;
    const first = health.evaluatedMs === undefined;
    if (first && !this.watches().every((watch) => watch.settled)) {
      if (this.#patience-- > 0) return 500;
    }
    if (this.#unread) await this.#evaluate();
    // Clusters that began together are not evaluated at one moment.
    const { vitals } = this.#parts.cadence;
    return first ? vitals / 2 + phaseMs(this.#cluster.id, vitals) : vitals;
  }

  /** One evaluation at a time: each goes on from the one before. */
  #evaluate(): Promise<void> {
    const next = this.#evaluated.then(() => this.#evaluateNow());
    this.#evaluated = next.catch(() => undefined);
    return next;
  }

  async #evaluateNow(): Promise<void> {
    this.#unread = false;
    const nowMs = Date.now();
    const watches = this.watches();
    await this.#parts.nodes.replace(
      this.#cluster.id,
      watches.map((watch) => ({
        node: watch.node,
        seenMs: watch.times.seenMs,
        unreachable: watch.observation().unreachable,
      })),
    );
    const health = await this.#evaluation.evaluate({
      nodes: watches.map((watch) => watch.observation()),
      keepers: this.#keepers.observations(),
      topology: this.#topology,
      marks: await this.#parts.marks.list(this.#cluster.id, nowMs),
      nowMs,
    });
    this.#parts.onEvaluated(this.#cluster, health);
    this.history.begin(watches);
  }
}
