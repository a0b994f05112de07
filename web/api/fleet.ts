import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.ts';
import type { ClusterBody, ClusterChange, MarkBody, SeriesData, TestBody } from './fleet-shapes.ts';

/** The collector's vitals are 15 s apart: asking much oftener shows nothing new. */
const refetchInterval = 10_000;

/** A window that moved on is not asked for again: its answer need not be kept. */
const passedMs = 30_000;

export const clustersQuery = queryOptions({
  queryKey: ['clusters'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/clusters', { signal })),
  refetchInterval,
});

export const clusterQuery = (id: string) =>
  queryOptions({
    queryKey: ['clusters', id],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/clusters/{id}', { params: { path: { id } }, signal })),
    refetchInterval,
  });

export const testCluster = (body: TestBody) =>
  dataOf(client.POST('/api/v1/clusters/test', { body }));

export const createCluster = (body: ClusterBody) =>
  dataOf(client.POST('/api/v1/clusters', { body }));

export const changeCluster = (id: string, body: ClusterChange) =>
  dataOf(client.PATCH('/api/v1/clusters/{id}', { params: { path: { id } }, body }));

export const deleteCluster = (id: string) =>
  dataOf(client.DELETE('/api/v1/clusters/{id}', { params: { path: { id } } }));

/** Reads all of a cluster now, and answers when that is done. */
export const collectCluster = (id: string) =>
  dataOf(client.POST('/api/v1/clusters/{id}/collect', { params: { path: { id } } }));

export const grantsQuery = (username: string) =>
  queryOptions({
    queryKey: ['grants', username],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/clusters/grants', { params: { query: { username } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });

/** Open findings, those without an answer included. */
export const findingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'findings'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/clusters/{id}/findings', { params: { path: { id } }, signal })),
    refetchInterval,
  });

export const findingQuery = (id: string, finding: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'findings', finding],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/findings/{finding}', {
          params: { path: { id, finding } },
          signal,
        }),
      ),
    refetchInterval,
  });

export const createMark = (id: string, body: MarkBody) =>
  dataOf(client.POST('/api/v1/clusters/{id}/marks', { params: { path: { id } }, body }));

export const deleteMark = (id: string, mark: string) =>
  dataOf(client.DELETE('/api/v1/clusters/{id}/marks/{mark}', { params: { path: { id, mark } } }));

/** Half-open, RFC 3339. */
interface Window {
  readonly from: string;
  readonly to: string;
}

export const scoreQuery = (id: string, window: Window) =>
  queryOptions({
    queryKey: ['clusters', id, 'score', window],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/score', {
          params: { path: { id }, query: window },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    gcTime: passedMs,
  });

/** Of all nodes, or of one. */
export const outcomesQuery = (id: string, node?: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'outcomes', node],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/outcomes', {
          params: { path: { id }, query: node === undefined ? {} : { node } },
          signal,
        }),
      ),
    refetchInterval,
  });

export const seriesQuery = (id: string, metric: string, window: Window) =>
  queryOptions({
    queryKey: ['clusters', id, 'series', metric, window],
    // The client's types forget that points are pairs; those of the description do not.
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/series', {
          params: { path: { id }, query: { metric, ...window } },
          signal,
        }),
      ) as Promise<SeriesData>,
    placeholderData: keepPreviousData,
    gcTime: passedMs,
  });

export const readingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'readings'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/clusters/{id}/readings', { params: { path: { id } }, signal })),
    refetchInterval: 60_000,
  });

export const readingQuery = (id: string, name: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'readings', name],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/readings/{name}', {
          params: { path: { id, name } },
          signal,
        }),
      ),
    refetchInterval,
  });

export const costQuery = (id: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'cost'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/clusters/{id}/cost', { params: { path: { id } }, signal })),
    refetchInterval: 60_000,
  });

/** Asked more often while it goes on. */
export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'history'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/clusters/{id}/history', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.nodes.every(({ state }) => state === 'done' || state === 'off') ? 60_000 : 3_000,
  });

export const checksQuery = queryOptions({
  queryKey: ['checks'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/checks', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
