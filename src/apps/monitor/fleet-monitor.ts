import type { z } from 'zod';
import { type NodeClientOptions, testCluster } from '../../adapters/clickhouse/fleet/index.ts';
import { SecretError, type SecretStore } from '../../adapters/state/index.ts';
import { renderMonitoringUser } from '../../core/health/access/monitoring-user.ts';
import { markApplies } from '../../core/health/index.ts';
import { metricStatement } from '../../core/health/panels/charts.ts';
import type { TableName } from '../../core/health/panels/panel.ts';
import type { TablePanelName } from '../../core/health/panels/table-panels.ts';
import { whyNoSeries } from '../../core/health/panels/why-no-series.ts';
import { RequestFailure } from '../../model/api/failure.ts';
import type { ClusterSettings } from '../../model/fleet/cluster.ts';
import type { Finding, Outcome, Severity } from '../../model/fleet/finding.ts';
import type {
  ClusterChange,
  ClusterData,
  ClusterTestBody,
  ClusterTestData,
  FindingDetailData,
  Mark,
} from '../../model/fleet/fleet-api.ts';
import type { ClusterListener, ClusterRegistry } from './clusters/cluster-registry.ts';
import type { WatchedCluster } from './clusters/cluster-rows.ts';
import { ClusterWatch } from './collect/cluster-watch.ts';
import type { WatchParts } from './collect/watch-parts.ts';
import type { Fleet, KeptMark, MsRange } from './fleet.ts';
import type { ClusterPanelName, FleetPanels, NodePanelName } from './panels/fleet-panels.ts';
import { showNode } from './panels/show-node.ts';
import type { SeriesReader } from './read-series.ts';
import { showChecks } from './show-checks.ts';
import { showCluster } from './show-cluster.ts';
import { showCost } from './show-cost.ts';
import { showHistory } from './show-history.ts';
import { showReading, showReadings } from './show-reading.ts';

const severest: readonly Severity[] = ['critical', 'high', 'warning', 'info'];

/** One watch for each cluster of the registry. */
export class Watches implements ClusterListener {
  readonly #parts: WatchParts;
  readonly #watches = new Map<string, ClusterWatch>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  all(): ClusterWatch[] {
    return [...this.#watches.values()];
  }

  get(id: string): ClusterWatch | undefined {
    return this.#watches.get(id);
  }

  watch(cluster: WatchedCluster): void {
    this.#begin(cluster, Promise.resolve());
  }

  change(cluster: WatchedCluster, reconnects: boolean): void {
    const before = this.#watches.get(cluster.id);
    if (before && !reconnects && before.cluster.paused === cluster.paused) before.rename(cluster);
    else this.#begin(cluster, before?.stop() ?? Promise.resolve());
  }

  /** The new watch goes on from what the one before wrote, so it waits for its end. */
  #begin(cluster: WatchedCluster, ended: Promise<void>): void {
    const watch = new ClusterWatch(cluster, this.#parts);
    this.#watches.set(cluster.id, watch);
    ended
      .then(() => watch.start())
      .catch((error: unknown) => {
        this.#parts.log.error('collection_failed', { cluster: cluster.settings.name, error });
      });
  }

  async forget(id: string): Promise<void> {
    const watch = this.#watches.get(id);
    this.#watches.delete(id);
    await watch?.stop();
    this.#parts.findings.forget(id);
  }

  async stop(): Promise<void> {
    await Promise.all(this.all().map((watch) => watch.stop()));
  }
}

export interface FleetParts extends WatchParts {
  readonly registry: ClusterRegistry;
  readonly watches: Watches;
  readonly secrets: SecretStore;
  readonly series: SeriesReader;
  readonly panels: FleetPanels;
  readonly client: NodeClientOptions;
}

/** The fleet as its routes see it. */
export class FleetMonitor implements Fleet {
  readonly #parts: FleetParts;

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  test(body: z.output<typeof ClusterTestBody>, signal: AbortSignal): Promise<ClusterTestData> {
    const { id, name = '', password, ...rest } = body;
    const stored = id === undefined ? undefined : this.#parts.registry.get(id).settings;
    const settings: ClusterSettings = {
      ...rest,
      name,
      password: password ?? stored?.password ?? '',
      ...(rest.tls ? { tls: withStoredKey(rest.tls, stored?.tls) } : {}),
    };
    return testCluster(settings, { ...this.#parts.client, signal });
  }

  async list(): Promise<ClusterData[]> {
    return this.#parts.watches.all().map(showCluster);
  }

  async get(id: string): Promise<ClusterData> {
    return showCluster(this.#watch(id));
  }

  async add(settings: ClusterSettings): Promise<ClusterData> {
    const cluster = await this.#parts.registry.add(settings);
    this.#parts.log.info('cluster_added', { cluster: settings.name, id: cluster.id });
    return this.get(cluster.id);
  }

  async change(id: string, change: z.output<typeof ClusterChange>): Promise<ClusterData> {
    await this.#parts.registry.change(id, change);
    return this.get(id);
  }

  async remove(id: string): Promise<void> {
    const { settings } = this.#parts.registry.get(id);
    await this.#parts.registry.remove(id);
    this.#parts.log.info('cluster_removed', { cluster: settings.name, id });
  }

  async collect(id: string, signal: AbortSignal): Promise<ClusterData> {
    const watch = this.#watch(id);
    const { paused, sealed } = watch.cluster;
    if (sealed) throw new RequestFailure('conflict', sealed);
    if (paused)
      throw new RequestFailure('conflict', 'the cluster is paused', { hint: 'Resume it first.' });
    await watch.collectNow(signal);
    return showCluster(watch);
  }

  async findings(id: string, outcomes: readonly Outcome[]): Promise<Finding[]> {
    const rank = ({ outcome, severity }: Finding) =>
      outcome === 'unknown' ? severest.length : severest.indexOf(severity);
    return this.#watch(id)
      .health.findings.filter(({ outcome }) => outcomes.includes(outcome))
      .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  }

  async finding(id: string, finding: string): Promise<z.infer<typeof FindingDetailData>> {
    const open = this.#watch(id).health.findings.find((each) => each.id === finding);
    const spells = await this.#parts.findings.history(id, finding);
    const shown = open ?? spells[0]?.finding;
    if (!shown) throw new RequestFailure('not_found', `there is no finding ${finding}`);
    const nowMs = Date.now();
    const marks = await this.#parts.marks.list(id, nowMs);
    return {
      finding: shown,
      open: open !== undefined,
      history: spells.map((spell) => ({
        from: new Date(spell.firstSeenMs).toISOString(),
        to: spell.closedMs === null ? null : new Date(spell.closedMs).toISOString(),
        severity: spell.finding.severity,
        message: spell.finding.message,
      })),
      marks: marks.filter((mark) => markApplies(mark, shown, nowMs)),
    };
  }

  async outcomes(id: string, node?: string) {
    const { evaluatedMs, outcomes } = this.#watch(id).health;
    return {
      at: evaluatedMs === undefined ? null : new Date(evaluatedMs).toISOString(),
      outcomes: outcomes.filter((each) => node === undefined || each.node === node),
    };
  }

  async score(id: string, range: MsRange) {
    this.#watch(id);
    const points = await this.#parts.evaluations.scores(id, range.fromMs, range.toMs);
    return {
      points: points.map(({ atMs, score }) => ({ ...score, at: new Date(atMs).toISOString() })),
    };
  }

  async marks(id: string): Promise<KeptMark[]> {
    this.#watch(id);
    return this.#parts.marks.list(id, Date.now());
  }

  async mark(id: string, mark: Mark): Promise<KeptMark> {
    const watch = this.#watch(id);
    const kept = await this.#parts.marks.add(id, mark, Date.now());
    watch.touch();
    return kept;
  }

  async unmark(id: string, mark: string): Promise<void> {
    const watch = this.#watch(id);
    if (!(await this.#parts.marks.remove(id, mark)))
      throw new RequestFailure('not_found', `there is no mark ${mark}`);
    watch.touch();
  }

  async series(id: string, metric: string, range: MsRange) {
    const watch = this.#watch(id);
    const kept = await this.#parts.series.read(id, metric, range);
    const data = { ...kept, source: metricStatement(metric) };
    const any = data.series.some(({ points }) => points.some(([, value]) => value !== null));
    if (any) return data;
    const nodes = watch.watches().map((each) => each.observation());
    return { ...data, gap: whyNoSeries(metric, nodes) };
  }

  async readings(id: string) {
    return showReadings(this.#watch(id));
  }

  async reading(id: string, name: string) {
    return showReading(this.#watch(id), name);
  }

  async cost(id: string) {
    return showCost(this.#watch(id));
  }

  async history(id: string) {
    return showHistory(this.#watch(id));
  }

  clusterPanel(id: string, panel: ClusterPanelName) {
    return this.#parts.panels.ofCluster(this.#watch(id), panel);
  }

  async node(id: string, node: string) {
    return showNode(this.#watch(id), node);
  }

  nodePanel(id: string, node: string, panel: NodePanelName) {
    return this.#parts.panels.ofNode(this.#watch(id), node, panel);
  }

  tablePanel(id: string, table: TableName, panel: TablePanelName, node: string | undefined) {
    return this.#parts.panels.ofTable(this.#watch(id), table, panel, node);
  }

  tableSize(id: string, table: TableName, node: string | undefined, range: MsRange) {
    return this.#parts.panels.tableSize(this.#watch(id), table, node, range);
  }

  checks = showChecks;

  grants(username: string) {
    return renderMonitoringUser({ username });
  }

  async rotateKey(): Promise<number> {
    try {
      const sealed = await this.#parts.secrets.rotate();
      this.#parts.log.info('key_rotated', { sealed });
      return sealed;
    } catch (error) {
      if (error instanceof SecretError) throw new RequestFailure('conflict', error.message);
      throw error;
    }
  }

  #watch(id: string): ClusterWatch {
    this.#parts.registry.get(id);
    return this.#parts.watches.get(id)!;
  }
}

/** The client's key is not told again: it is the stored one where the certificate is the same. */
function withStoredKey(
  tls: NonNullable<ClusterSettings['tls']>,
  stored: ClusterSettings['tls'],
): NonNullable<ClusterSettings['tls']> {
  if (tls.key !== undefined || stored?.key === undefined) return tls;
  return tls.certificate === stored.certificate ? { ...tls, key: stored.key } : tls;
}
