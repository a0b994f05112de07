import type { NodeClient, NodeError } from '../../../adapters/clickhouse/fleet/index.ts';
import type { Logger } from '../../../base/log.ts';
import { phaseMs, retryMs } from '../../../core/collection/back-off.ts';
import { partsTrigger, partsTriggerMs } from '../../../core/collection/parts-trigger.ts';
import {
  type Cadence,
  emptyMemory,
  hasRestarted,
  type NodeMemory,
  type NodeObservation,
  rememberReadings,
  rememberVitals,
  type Tier,
  type Unreachable,
} from '../../../core/health/index.ts';
import type { FleetNode } from '../../../model/fleet/cluster.ts';
import type { VitalsSample } from '../../../model/fleet/reading.ts';
import { KnownCapabilities } from './known-capabilities.ts';
import { Lane } from './lane.ts';
import { LogWatermark } from './log-watermark.ts';
import { loggedCosts } from './logged-costs.ts';
import { NodeBudget, type NodeCost, type OnCost } from './node-budget.ts';
import { asNodeFailure, hasChanged } from './node-error-facts.ts';
import { NodeQuestions } from './node-questions.ts';
import { queryRate } from './query-rate.ts';
import { readTier } from './read-tier.ts';
import { readVitals } from './read-vitals.ts';
import { ReadingPauses } from './reading-pauses.ts';
import type { StatementGate } from './statement-gate.ts';
import { TierClock } from './tier-clock.ts';

export interface NodeWatchOptions {
  /** Tells the nodes of all clusters apart. */
  readonly name: string;
  readonly node: FleetNode;
  /** The last vitals of an earlier process, from which counters go on. */
  readonly last: VitalsSample | undefined;
  /** Whether it answered that process; what was down stays so until it answers. */
  readonly unreachable: Unreachable | undefined;
  readonly client: NodeClient;
  readonly cadence: Cadence;
  readonly gate: StatementGate;
  /** What may be taken of one core, 0–1. */
  readonly cpuShare: number;
  readonly log: Logger;
  /** A new sample, and the one before of the same node. */
  readonly onVitals: (sample: VitalsSample, before: VitalsSample | undefined) => void;
  /** Something was read. `turned`: the node was lost, or came back. */
  readonly onRead: (turned: boolean) => void;
}

/** How long the lane of readings sleeps while there is nothing to read; the vitals wake it. */
const idleMs = 3_600_000;

/** Reads one node, tier by tier, and remembers what the checks need of it. */
export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #stopping = new AbortController();
  readonly #pauses = new ReadingPauses();
  readonly #capabilities = new KnownCapabilities();
  readonly #budget: NodeBudget;
  readonly questions: NodeQuestions;
  readonly #tiers: TierClock;
  readonly #vitals: Lane;
  readonly #readings: Lane;
  #node: FleetNode;
  #memory: NodeMemory;
  #unreachable: Unreachable | undefined;
  #partsRead: VitalsSample | undefined;
  readonly #logs = new LogWatermark();
  #seenMs: number | undefined;
  #firstMs: number | undefined;
  #collectedMs: number | undefined;
  #queriesPerSecond: number | undefined;
  #usual: ReadonlyMap<string, number> = new Map();
  /** Whether it reads at its own place within the cadence already. */
  #phased = false;

  constructor(options: NodeWatchOptions) {
    this.#options = options;
    this.#node = options.node;
    this.#memory = options.last ? rememberVitals(emptyMemory(), options.last) : emptyMemory();
    this.#unreachable = options.unreachable;
    this.#budget = new NodeBudget(options.cpuShare, options.cadence);
    this.questions = new NodeQuestions(options.client, options.gate, this.#budget, () =>
      this.#unreachable ? 'ailing' : 'well',
    );
    this.#tiers = new TierClock(options.cadence, options.name);
    const failed = (error: unknown) =>
      options.log.error('collection_failed', { node: options.name, error });
    this.#vitals = new Lane(() => this.#vitalsTurn(), failed);
    this.#readings = new Lane(() => this.#readingsTurn(), failed);
  }

  /** Reads at once, and from then on at the node's own place within the cadence. */
  start(): void {
    this.#vitals.wake();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the monitor stops watching this node'));
    await Promise.all([this.#vitals.stop(), this.#readings.stop()]);
    await this.#options.client.close();
  }

  get node(): FleetNode {
    return this.#node;
  }

  get memory(): NodeMemory {
    return this.#memory;
  }

  /** When it is not watched any more. */
  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  get client(): NodeClient {
    return this.#options.client;
  }

  /** When it last answered with vitals, and with its state. */
  get times(): { readonly seenMs: number | undefined; readonly collectedMs: number | undefined } {
    return { seenMs: this.#seenMs, collectedMs: this.#collectedMs };
  }

  /** When its first sample was, or the last one of an earlier process. */
  get firstMs(): number | undefined {
    return this.#firstMs;
  }

  /** Whether a first answer, or the lack of one, is there. */
  get settled(): boolean {
    return this.#unreachable !== undefined || this.#collectedMs !== undefined;
  }

  /** Between the last two samples; undefined until there are two. */
  get queriesPerSecond(): number | undefined {
    return this.#node.online ? this.#queriesPerSecond : undefined;
  }

  cost(): NodeCost {
    return this.#budget.cost();
  }

  lateness(): { readonly lateMs: number; readonly skipped: number } {
    return this.#vitals.lateness;
  }

  observation(): NodeObservation {
    const certificate = this.#options.client.certificate;
    const capabilities = this.#capabilities.current;
    return {
      node: this.#node,
      memory: this.#memory,
      stretch: this.#budget.stretch,
      usual: this.#usual,
      ...(capabilities ? { capabilities } : {}),
      ...(this.#unreachable ? { unreachable: this.#unreachable } : {}),
      ...(certificate ? { certificate } : {}),
    };
  }

  /** The place in the topology, which other nodes may have told. */
  place(seen: Pick<FleetNode, 'shard' | 'replica'>): void {
    this.#node = { ...this.#node, ...seen };
  }

  /** Takes what counters usually grow by in an hour. */
  learn(usual: ReadonlyMap<string, number>): void {
    this.#usual = usual;
  }

  /** Reads everything now, whatever is due; also asks anew what the server has. */
  async collectNow(signal: AbortSignal): Promise<void> {
    this.#capabilities.expire();
    this.#pauses.forget();
    const both = AbortSignal.any([signal, this.#stopping.signal]);
    try {
      await this.#readVitals(both);
      for (const tier of ['state', 'slow', 'parts', 'logs', 'daily'] as const)
        if (!this.#unreachable) await this.#readTier(tier, both);
    } catch (error) {
      // A node that leaves the cluster meanwhile is no failure of the rest.
      if (!this.#stopping.signal.aborted) throw error;
    }
  }

  async #vitalsTurn(): Promise<number> {
    const { signal } = this.#stopping;
    await this.#budget.measure('vitals', (onCost) => this.#readVitals(signal, onCost));
    const { log, name } = this.#options;
    if (this.#budget.judge()) {
      const { stretch, reason } = this.#budget.cost();
      log.info('cadence_stretched', { node: name, stretch, reason });
    }
    const cadenceMs = this.#options.cadence.vitals * this.#budget.stretch;
    if (this.#unreachable) return retryMs(cadenceMs, this.#unreachable.misses);
    this.#readings.wake();
    if (this.#seenMs !== undefined && !this.#phased) {
      this.#phased = true;
      return cadenceMs / 2 + phaseMs(this.#options.name, cadenceMs);
    }
    return cadenceMs;
  }

  async #readingsTurn(): Promise<number> {
    const { signal } = this.#stopping;
    // The vitals wake this lane when the node is back.
    if (this.#unreachable || !this.#capabilities.current) return idleMs;
    for (const tier of this.#tiers.due(performance.now())) {
      if (signal.aborted || this.#unreachable) break;
      await this.#budget.measure(tier, (onCost) => this.#readTier(tier, signal, onCost));
      this.#tiers.done(tier, performance.now(), this.#budget.stretch);
    }
    return Math.max(250, this.#tiers.nextInMs(performance.now()));
  }

  async #readVitals(signal: AbortSignal, onCost?: OnCost): Promise<void> {
    const before = this.#unreachable;
    try {
      if (this.#capabilities.isDue) await this.#probe(signal);
      const capabilities = this.#capabilities.current;
      const asked = { node: this.#node.id, capabilities, signal, onCost };
      this.#takeVitals(await readVitals(this.questions, asked));
    } catch (error) {
      if (signal.aborted) return;
      const failure = asNodeFailure(error);
      if (hasChanged(failure) && this.#capabilities.current) {
        this.#capabilities.drop();
        return this.#readVitals(signal, onCost);
      }
      this.#miss(failure);
    }
    this.#options.onRead((before === undefined) !== (this.#unreachable === undefined));
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const detail = await this.#capabilities.probe({
      ...this.#options.client,
      run: (sql) => this.questions.ask({ kind: 'probe', sql, signal }),
    });
    if (detail) this.#options.log.warn('probe_failed', { node: this.#options.name, detail });
  }

  #takeVitals(sample: VitalsSample): void {
    const before = this.#memory.hosts.get(sample.hostName)?.newest;
    const other = this.#memory.newest !== undefined && this.#node.version !== sample.version;
    if (before && (other || hasRestarted(before, sample))) {
      // A server that began anew may be another version: what it has is asked again.
      this.#capabilities.expire();
      this.#pauses.forget();
    }
    this.#queriesPerSecond = queryRate(before, sample);
    this.#memory = rememberVitals(this.#memory, sample);
    this.#unreachable = undefined;
    this.#seenMs = sample.atMs;
    this.#firstMs ??= before?.atMs ?? sample.atMs;
    const { problem: _over, ...node } = this.#node;
    this.#node = { ...node, hostName: sample.hostName, version: sample.version, online: true };
    if (sample.gauges.size + sample.counters.size > 0) this.#options.onVitals(sample, before);
    this.#partsRead ??= sample;
    if (partsTrigger(this.#partsRead, sample))
      this.#tiers.hasten('parts', performance.now(), partsTriggerMs * this.#budget.stretch);
  }

  #miss(error: NodeError): void {
    const nowMs = Date.now();
    this.#unreachable = {
      layer: error.layer,
      message: error.message,
      sinceMs: this.#unreachable?.sinceMs ?? nowMs,
      misses: (this.#unreachable?.misses ?? 0) + 1,
    };
    this.#node = { ...this.#node, online: false, problem: error.message };
  }

  async #readTier(
    tier: Exclude<Tier, 'vitals'>,
    signal: AbortSignal,
    onCost?: OnCost,
  ): Promise<void> {
    const capabilities = this.#capabilities.current;
    if (!capabilities) return;
    const startedMs = Date.now();
    const answer = await readTier({
      tier,
      capabilities,
      username: this.#options.client.target.username,
      ...(tier === 'logs'
        ? { logWindowSeconds: this.#logs.windowSeconds(startedMs, capabilities.tables.keys()) }
        : {}),
      pauses: this.#pauses,
      cadenceMs: this.#options.cadence[tier],
      run: (sql) => this.questions.ask({ kind: tier, sql, signal, onCost }),
    });
    this.#memory = rememberReadings(this.#memory, answer.readings);
    if (answer.lost) return;
    if (tier === 'parts') this.#partsRead = this.#memory.newest;
    if (tier === 'logs' && answer.failed.length === 0)
      this.#logs.done(startedMs, capabilities.tables.keys());
    if (tier === 'state') this.#collectedMs = Date.now();
    if (tier === 'slow') this.#budget.learn(loggedCosts(this.#memory));
    this.#options.onRead(false);
  }
}
