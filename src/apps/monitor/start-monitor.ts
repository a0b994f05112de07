import type { Store } from '../../adapters/clickhouse/store.ts';
import type { DeclaredCluster } from '../../adapters/config/read-clusters-file.ts';
import type { Spool } from '../../adapters/spool/spool.ts';
import type { SecretStore, State } from '../../adapters/state/index.ts';
import type { Logger } from '../../base/log.ts';
import { cadenceOf } from '../../core/health/index.ts';
import type { CastellanConfig } from '../../model/config/castellan-config.ts';
import type { Finding } from '../../model/fleet/finding.ts';
import { ClusterRegistry } from './clusters/cluster-registry.ts';
import { ClusterRows, type WatchedCluster } from './clusters/cluster-rows.ts';
import { HistoryReader } from './collect/history-reader.ts';
import { SampleWriter } from './collect/sample-writer.ts';
import { Places, StatementGate } from './collect/statement-gate.ts';
import type { Fleet } from './fleet.ts';
import { FleetMonitor, Watches } from './fleet-monitor.ts';
import { FleetPanels } from './panels/fleet-panels.ts';
import { PanelReader } from './panels/panel-reader.ts';
import { type ClusterQueries, createClusterQueries } from './queries/cluster-queries.ts';
import { SeriesReader } from './read-series.ts';
import { EvaluationRows } from './state/evaluation-rows.ts';
import { FindingRows } from './state/finding-rows.ts';
import { HistoryRows } from './state/history-rows.ts';
import { MarkRows } from './state/mark-rows.ts';
import { NodeRows } from './state/node-rows.ts';
import { OutboxRows } from './state/outbox-rows.ts';

export interface MonitorOptions {
  readonly config: CastellanConfig;
  readonly state: State;
  readonly secrets: SecretStore;
  readonly store: Store;
  /** Clusters of the clusters file. */
  readonly declared: readonly DeclaredCluster[];
  readonly log: Logger;
}

/** All that was found in a cluster at one moment. */
interface Evaluated {
  readonly cluster: { readonly id: string; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** The fleet monitor. */
export interface Monitor {
  readonly fleet: Fleet;
  readonly queries: ClusterQueries;
  readonly watches: Watches;
  readonly samples: SampleWriter;
  /** Clusters that there are, paused ones too. */
  count(): number;
  /** Begins to collect. */
  start(): Promise<void>;
  /** From now on samples are kept in the spool. */
  openSpool(spool: Spool): void;
  /** Calls back after each evaluation of a cluster. Returns how to stop that. */
  onEvaluated(listener: (evaluated: Evaluated) => void): () => void;
  /** Ends collecting, once; what was collected is in the spool and in the state. */
  stop(): Promise<void>;
}

const tidyMs = 3_600_000;
/** Nodes whose past is read at a time. */
const histories = 4;

/** Prepares the monitor; nothing is read before `start`. */
export function createMonitor(options: MonitorOptions): Monitor {
  const { config, state, secrets, store, log } = options;
  const cadence = cadenceOf(config.collectionIntervalMs);
  const nodes = new NodeRows(state);
  const samples = new SampleWriter({ nodes, outbox: new OutboxRows(state), log });
  const listeners = new Set<(evaluated: Evaluated) => void>();
  const parts = {
    cadence,
    gate: new StatementGate(config.monitorStatements),
    client: {
      limits: {
        connectMs: Math.min(5_000, config.monitorTimeoutMs),
        responseMs: config.monitorTimeoutMs,
        totalMs: config.monitorTimeoutMs,
        answerBytes: config.monitorAnswerBytes,
      },
    },
    timeoutMs: config.monitorTimeoutMs,
    maxNodes: config.monitorNodes,
    store: storeAddress(config),
    cpuShare: config.monitorCpuShare,
    samples,
    history: {
      rows: new HistoryRows(state),
      samples,
      places: new Places(histories),
      backMs: config.monitorBackfillMs,
      share: config.monitorBackfillShare,
      log,
    },
    nodes,
    marks: new MarkRows(state),
    evaluations: new EvaluationRows(state),
    findings: new FindingRows(state),
    log,
    onEvaluated: (cluster: WatchedCluster, { findings }: { findings: readonly Finding[] }) => {
      const { id, settings } = cluster;
      for (const listener of listeners)
        listener({ cluster: { id, name: settings.name }, labels: settings.labels, findings });
    },
  };
  const watches = new Watches(parts);
  const registry = new ClusterRegistry(
    new ClusterRows(state, secrets),
    config.monitorClusters,
    watches,
  );
  const history = new HistoryReader(store, () => watches.all(), log);
  const series = new SeriesReader(store, config.cacheTtlMs, cadence.vitals);
  const tidy = async () => {
    const beforeMs = Date.now() - config.monitorHistoryMs;
    await parts.findings.forgetBefore(beforeMs);
    await parts.evaluations.forgetBefore(beforeMs);
  };
  const panels = new FleetPanels(
    new PanelReader({
      keptMs: config.cacheTtlMs,
      timeoutMs: config.monitorTimeoutMs,
      nodes: config.monitorPanelNodes,
    }),
  );
  let tidying: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;
  const end = async () => {
    clearInterval(tidying);
    await Promise.all([watches.stop(), history.stop()]);
    await samples.flush();
  };
  return {
    fleet: new FleetMonitor({ ...parts, registry, watches, secrets, series, panels }),
    queries: createClusterQueries({
      config,
      state,
      log,
      watchOf(id) {
        registry.get(id);
        return watches.get(id)!;
      },
    }),
    watches,
    samples,
    count: () => registry.list().length,
    async start() {
      const problem = await secrets.problem();
      if (problem) log.error('secrets_unreadable', { detail: problem });
      await registry.load([...declaredClusters(options), ...fallbackCluster(config)]);
      for (const { id, intended } of options.declared)
        await parts.marks.declare(id, intended, Date.now());
      log.info('collection_scheduler_started', {
        clusters: registry.list().length,
        collectionIntervalMs: config.collectionIntervalMs,
        vitalsMs: cadence.vitals,
        stateMs: cadence.state,
      });
      const tidyNow = () =>
        void tidy().catch((error: unknown) => log.error('history_not_tidied', { error }));
      tidyNow();
      history.start();
      tidying = setInterval(tidyNow, tidyMs);
    },
    openSpool: (spool) => samples.open(spool),
    onEvaluated(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopping ??= end();
      return stopping;
    },
  };
}

/** Where the store is, if it is a server. */
function storeAddress({ storeUrl }: CastellanConfig) {
  if (!storeUrl) return undefined;
  const { hostname, port, protocol } = new URL(storeUrl);
  const standard = protocol === 'https:' ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || standard };
}

const declaredClusters = ({ declared }: MonitorOptions): WatchedCluster[] =>
  declared.map(({ id, paused, settings }) => ({
    id,
    settings,
    paused,
    origin: 'file',
    createdMs: Date.now(),
  }));

const defaultPort = 8_123;

/** The server that the CLICKHOUSE_ variables name. */
function fallbackCluster(config: CastellanConfig): WatchedCluster[] {
  const { fallbackHost, fallbackPort, fallbackUser, fallbackPassword } = config;
  if (!fallbackHost) return [];
  return [
    {
      id: 'environment',
      origin: 'environment',
      paused: false,
      createdMs: Date.now(),
      settings: {
        name: fallbackHost,
        host: fallbackHost,
        port: fallbackPort ?? defaultPort,
        username: fallbackUser,
        password: fallbackPassword,
        secure: false,
        labels: {},
      },
    },
  ];
}
