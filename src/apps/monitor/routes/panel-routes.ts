import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { chartGroups } from '../../../core/health/panels/charts.ts';
import { clusterPanels } from '../../../core/health/panels/cluster-panels.ts';
import { nodePanels } from '../../../core/health/panels/node-panels.ts';
import { tablePanelNames } from '../../../core/health/panels/table-panels.ts';
import { answer, envelope } from '../../../model/api/envelope.ts';
import { ChartsData, NodeData, PanelData, TableSizeData } from '../../../model/fleet/panel-api.ts';
import type { Fleet } from '../fleet.ts';
import { ClusterId, failures, NoMeta, Range, rangeOf, tags } from './route-parts.ts';

const NodeId = ClusterId.extend({ node: z.string().min(1).max(300) });
const Name = z.string().min(1).max(1_000);
const TableQuery = z.object({
  database: Name,
  table: Name,
  /** Only this node. */
  node: NodeId.shape.node.optional(),
});
const namesOf = <Of extends object>(panels: Of) =>
  z.enum(Object.keys(panels) as [keyof Of & string, ...(keyof Of & string)[]]);
const NodePanel = namesOf({ ...nodePanels, settings: true });
const Rows = { 200: envelope(PanelData, NoMeta), ...failures };
const asked = 'Asked of the servers when this is called; the answer is kept for CACHE_TTL.';

/** What the pages of a cluster and of a node show. */
const nodeRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/charts',
      {
        schema: {
          tags,
          operationId: 'listCharts',
          summary: 'What the charts of a cluster show',
          response: { 200: envelope(ChartsData, NoMeta), ...failures },
        },
      },
      async () =>
        answer({ groups: chartGroups.map(({ name, charts }) => ({ name, charts: [...charts] })) }),
    );
    app.get(
      '/clusters/:id/panels/:panel',
      {
        schema: {
          tags,
          operationId: 'clusterPanel',
          summary: 'Rows of a cluster’s page: compression, broken and detached parts',
          description: asked,
          params: ClusterId.extend({ panel: namesOf(clusterPanels) }),
          response: Rows,
        },
      },
      async ({ params }) => answer(await fleet.clusterPanel(params.id, params.panel)),
    );
    app.get(
      '/clusters/:id/nodes/:node',
      {
        schema: {
          tags,
          operationId: 'getNode',
          summary: 'What is known of one node, without asking it',
          params: NodeId,
          response: { 200: envelope(NodeData, NoMeta), ...failures },
        },
      },
      async ({ params }) => answer(await fleet.node(params.id, params.node)),
    );
    app.get(
      '/clusters/:id/nodes/:node/panels/:panel',
      {
        schema: {
          tags,
          operationId: 'nodePanel',
          summary: 'Rows of a node’s page: disks, queue, merges, errors, settings and more',
          description: asked,
          params: NodeId.extend({ panel: NodePanel }),
          response: Rows,
        },
      },
      async ({ params: { id, node, panel } }) => answer(await fleet.nodePanel(id, node, panel)),
    );
  };

/** What the page of a table shows. */
const tableRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/clusters/:id/table/panels/:panel',
      {
        schema: {
          tags,
          operationId: 'tablePanel',
          summary: 'Rows of a table’s page: definition, columns, parts, replicas and more',
          description: asked,
          params: ClusterId.extend({ panel: z.enum(tablePanelNames) }),
          querystring: TableQuery,
          response: Rows,
        },
      },
      async ({ params, query: { node, ...table } }) =>
        answer(await fleet.tablePanel(params.id, table, params.panel, node)),
    );
    app.get(
      '/clusters/:id/table/size',
      {
        schema: {
          tags,
          operationId: 'tableSize',
          summary: 'What a table took on disk over time, by system.part_log',
          description: asked,
          params: ClusterId,
          querystring: TableQuery.extend(Range.shape),
          response: { 200: envelope(TableSizeData, NoMeta), ...failures },
        },
      },
      async ({ params, query: { database, table, node, ...range } }) =>
        answer(await fleet.tableSize(params.id, { database, table }, node, rangeOf(range))),
    );
  };

export const panelRoutes =
  (fleet: Fleet): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(nodeRoutes(fleet));
    await app.register(tableRoutes(fleet));
  };
