import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.ts';
import type { ClusterPanel, NodePanel, PanelData, TablePanel, TableSize } from './fleet-shapes.ts';

/** Servers are asked anew that often while somebody looks; the API keeps an answer about as long. */
const refetchInterval = 30_000;

/** A window that moved on is not asked for again: its answer need not be kept. */
const passedMs = 30_000;

export const chartsQuery = queryOptions({
  queryKey: ['charts'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/charts', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const nodeQuery = (id: string, node: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'nodes', node],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/nodes/{node}', {
          params: { path: { id, node } },
          signal,
        }),
      ),
    refetchInterval: 10_000,
  });

/** A table of ClickHouse; `node` where only one of them is meant. */
export interface TableSubject {
  readonly database: string;
  readonly table: string;
  readonly node?: string | undefined;
}

/** Whose rows a panel shows, and which. */
export type PanelSubject =
  | { readonly of: 'cluster'; readonly panel: ClusterPanel }
  | { readonly of: 'node'; readonly node: string; readonly panel: NodePanel }
  | ({ readonly of: 'table'; readonly panel: TablePanel } & TableSubject);

export const panelQuery = (id: string, subject: PanelSubject) =>
  queryOptions({
    queryKey: ['clusters', id, 'panels', subject],
    queryFn: ({ signal }): Promise<PanelData> => askPanel(id, subject, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });

function askPanel(id: string, subject: PanelSubject, signal: AbortSignal): Promise<PanelData> {
  if (subject.of === 'cluster') {
    const path = { id, panel: subject.panel };
    return dataOf(client.GET('/api/v1/clusters/{id}/panels/{panel}', { params: { path }, signal }));
  }
  if (subject.of === 'node') {
    const path = { id, node: subject.node, panel: subject.panel };
    return dataOf(
      client.GET('/api/v1/clusters/{id}/nodes/{node}/panels/{panel}', { params: { path }, signal }),
    );
  }
  const path = { id, panel: subject.panel };
  return dataOf(
    client.GET('/api/v1/clusters/{id}/table/panels/{panel}', {
      params: { path, query: tableQueryOf(subject) },
      signal,
    }),
  );
}

const tableQueryOf = ({ database, table, node }: TableSubject) => ({
  database,
  table,
  ...(node === undefined ? {} : { node }),
});

export const tableSizeQuery = (
  id: string,
  table: TableSubject,
  window: { readonly from: string; readonly to: string },
) =>
  queryOptions({
    queryKey: ['clusters', id, 'table size', table, window],
    // The client's types forget that points are pairs; those of the description do not.
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/table/size', {
          params: { path: { id }, query: { ...tableQueryOf(table), ...window } },
          signal,
        }),
      ) as Promise<TableSize>,
    placeholderData: keepPreviousData,
    gcTime: passedMs,
  });
