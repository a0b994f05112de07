import { clusterPanels } from '../../../core/health/panels/cluster-panels.ts';
import { nodePanels } from '../../../core/health/panels/node-panels.ts';
import { healthy, nothing, type Panel, type TableName } from '../../../core/health/panels/panel.ts';
import { settingDifferences } from '../../../core/health/panels/setting-differences.ts';
import { type TablePanelName, tablePanels } from '../../../core/health/panels/table-panels.ts';
import {
  partLogStart,
  sizeSeries,
  sizeStepSeconds,
  tableGrowth,
  tableSize,
} from '../../../core/health/panels/table-size.ts';
import { RequestFailure } from '../../../model/api/failure.ts';
import type { PanelData, TableSizeData } from '../../../model/fleet/panel-api.ts';
import type { ClusterWatch } from '../collect/cluster-watch.ts';
import type { NodeWatch } from '../collect/node-watch.ts';
import type { MsRange } from '../fleet.ts';
import type { PanelReader } from './panel-reader.ts';

export type ClusterPanelName = keyof typeof clusterPanels;
export type NodePanelName = keyof typeof nodePanels | 'settings';

/** What the pages of clusters, nodes and tables show beside samples. */
export class FleetPanels {
  readonly #reader: PanelReader;

  constructor(reader: PanelReader) {
    this.#reader = reader;
  }

  ofCluster(watch: ClusterWatch, panel: ClusterPanelName): Promise<PanelData> {
    return this.#reader.read(clusterPanels[panel], watch.watches());
  }

  /** Throws a RequestFailure for a node that there is not. */
  async ofNode(watch: ClusterWatch, node: string, panel: NodePanelName): Promise<PanelData> {
    const own = chosen(watch, node);
    return panel === 'settings'
      ? settingsPanel(watch, own[0])
      : this.#reader.read(nodePanels[panel], own);
  }

  /** Throws a RequestFailure for a node that there is not. */
  async ofTable(
    watch: ClusterWatch,
    table: TableName,
    panel: TablePanelName,
    node: string | undefined,
  ): Promise<PanelData> {
    return this.#reader.read(tablePanels(table)[panel], chosen(watch, node), about(table));
  }

  /** Throws a RequestFailure for a node that there is not. */
  async tableSize(
    watch: ClusterWatch,
    table: TableName,
    node: string | undefined,
    range: MsRange,
  ): Promise<TableSizeData> {
    // The window slides with each look; what was asked for one step is good for all of it.
    const stepMs = sizeStepSeconds(range) * 1_000;
    const window = { ...range, fromMs: Math.floor(range.fromMs / stepMs) * stepMs };
    const growth = unnamed(tableGrowth(table, window));
    const size = unnamed(tableSize(table));
    const logStart = unnamed(partLogStart(window));
    const key = `${about(table)} ${window.fromMs} ${stepMs}`;
    const answers = await Promise.all(
      this.#reader.chosen(growth, chosen(watch, node)).map(async (each) => ({
        node: each.node.id,
        growth: await this.#reader.of(growth, each, key),
        size: await this.#reader.of(size, each, key),
        logStart: await this.#reader.of(logStart, each, `${window.fromMs} ${stepMs}`),
      })),
    );
    return { stepMs, ...sizeSeries(answers, range, Date.now()) };
  }
}

/** Compared are the settings that the collector read last: nothing is asked. */
function settingsPanel(watch: ClusterWatch, own: NodeWatch | undefined): PanelData {
  const kept = (each: NodeWatch) => ({
    node: each.node.id,
    reading: (name: string) => each.memory.readings.get(name)?.at(-1),
  });
  const others = watch.watches().filter((each) => each !== own && each.node.online);
  const nodes = (own ? [own] : []).map((each) => {
    const { rows, sql, atMs, gap } = settingDifferences(kept(each), others.map(kept));
    return {
      node: each.node.id,
      at: atMs === undefined ? null : new Date(atMs).toISOString(),
      rows: rows.map((row) => ({ ...row })),
      truncated: false,
      sql,
      ...(gap ? { gap } : {}),
    };
  });
  return {
    name: 'panel_settings',
    title: 'Settings that differ from the other nodes',
    none:
      others.length === 0
        ? nothing('There is no other node to compare it with.')
        : healthy('What can be compared is the same on every node.'),
    nodes,
    unasked: 0,
  };
}

const about = ({ database, table }: TableName): string => JSON.stringify([database, table]);

const unnamed = (reading: Panel['reading']): Panel => ({
  title: '',
  reading,
  asks: 'all',
  none: nothing(''),
});

/** The watches that are meant: one, or all. */
function chosen(watch: ClusterWatch, node: string | undefined): readonly NodeWatch[] {
  if (node === undefined) return watch.watches();
  const found = watch.watches().filter((each) => each.node.id === node);
  if (found.length > 0 || watch.nodes.some(({ id }) => id === node)) return found;
  throw new RequestFailure('not_found', `there is no node ${node} in this cluster`, {
    hint: 'GET /api/v1/clusters/{id} lists its nodes.',
  });
}
