import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.ts';
import type { paths } from './schema.d.ts';
import type { BodyOf, DataOf } from './shapes.ts';

type Calls = paths;
export type QueriesData = DataOf<Calls['/api/v1/clusters/{id}/queries']['get']>;
export type QueryGroup = QueriesData['groups'][number];
export type QueryNumbers = QueriesData['totals'];
export type AskedNode = QueriesData['nodes'][number];
export type Emptiness = NonNullable<QueriesData['empty']>;
export type QueryData = DataOf<Calls['/api/v1/clusters/{id}/queries/{hash}']['get']>;
export type Execution = QueryData['executions'][number];
export type RunningData = DataOf<Calls['/api/v1/clusters/{id}/queries/running']['get']>;
export type RunningQuery = RunningData['queries'][number];
export type KillBody = BodyOf<Calls['/api/v1/clusters/{id}/queries/kill']['post']>;
export type KillData = DataOf<Calls['/api/v1/clusters/{id}/queries/kill']['post']>;
export type KillRecord = DataOf<
  Calls['/api/v1/clusters/{id}/queries/kills']['get']
>['kills'][number];
type ListQuery = NonNullable<Calls['/api/v1/clusters/{id}/queries']['get']['parameters']['query']>;
export type Grouping = NonNullable<ListQuery['by']>;
export type QuerySort = NonNullable<ListQuery['sort']>;
type ShowQuery = NonNullable<
  Calls['/api/v1/clusters/{id}/queries/{hash}']['get']['parameters']['query']
>;

/** Reading logs costs the cluster: only a person who asks again has them read again. */
const byHand = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
  gcTime: 300_000,
} as const;

export const queriesQuery = (id: string, query: ListQuery) =>
  queryOptions({
    ...byHand,
    queryKey: ['clusters', id, 'queries', query],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/queries', { params: { path: { id }, query }, signal }),
      ),
    placeholderData: keepPreviousData,
  });

export const queryQuery = (id: string, hash: string, query: ShowQuery) =>
  queryOptions({
    ...byHand,
    queryKey: ['clusters', id, 'queries', hash, query],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/queries/{hash}', {
          params: { path: { id, hash }, query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Often enough to follow what runs; the nodes are asked at most once a second. */
const followMs = 3_000;

export const runningQuery = (id: string, follow: boolean) =>
  queryOptions({
    queryKey: ['clusters', id, 'queries', 'running'],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/queries/running', { params: { path: { id } }, signal }),
      ),
    refetchInterval: follow ? followMs : false,
  });

export const killsQuery = (id: string) =>
  queryOptions({
    queryKey: ['clusters', id, 'queries', 'kills'],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/api/v1/clusters/{id}/queries/kills', { params: { path: { id } }, signal }),
      ),
  });

export const killQuery = (id: string, body: KillBody) =>
  dataOf(client.POST('/api/v1/clusters/{id}/queries/kill', { params: { path: { id } }, body }));
