import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  ChannelBody,
  ChannelChange,
  MaintenanceBody,
  RuleBody,
  SilenceBody,
} from './alert-shapes.ts';
import { answerOf, client, dataOf } from './client.ts';
import type { FleetSeverity } from './fleet-shapes.ts';

const refetchInterval = 10_000;

export interface AlertChoice {
  readonly state: 'active' | 'resolved' | 'all';
  readonly q?: string;
  readonly cluster?: string;
  readonly severity?: FleetSeverity;
  /** Alerts that were there since then, RFC 3339. */
  readonly from?: string;
}

/** Alerts that are asked for at a time. */
const pageSize = 100;

/** Newest first, page by page. */
export const alertsQuery = (choice: AlertChoice) =>
  infiniteQueryOptions({
    queryKey: ['alerts', choice],
    queryFn: ({ signal, pageParam }) =>
      answerOf(
        client.GET('/api/v1/alerts', {
          params: {
            query: {
              ...choice,
              limit: pageSize,
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ meta }) => meta.cursor,
    placeholderData: keepPreviousData,
    refetchInterval,
  });

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', id],
    queryFn: async ({ signal }) =>
      (await dataOf(client.GET('/api/v1/alerts/{id}', { params: { path: { id } }, signal }))).alert,
    refetchInterval,
  });

export const acknowledgeAlert = (id: string, body: { by?: string; note?: string }) =>
  dataOf(client.POST('/api/v1/alerts/{id}/ack', { params: { path: { id } }, body }));

export const deliveriesQuery = (choice: { alert?: string; channel?: string }) =>
  queryOptions({
    queryKey: ['deliveries', choice],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/api/v1/deliveries', { params: { query: choice }, signal })),
    refetchInterval,
  });

export const silencesQuery = queryOptions({
  queryKey: ['silences'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/silences', { signal })),
  refetchInterval,
});

export const createSilence = (body: SilenceBody) =>
  dataOf(client.POST('/api/v1/silences', { body }));

export const replaceSilence = (id: string, body: SilenceBody) =>
  dataOf(client.PUT('/api/v1/silences/{id}', { params: { path: { id } }, body }));

export const deleteSilence = (id: string) =>
  dataOf(client.DELETE('/api/v1/silences/{id}', { params: { path: { id } } }));

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/rules', { signal })),
  refetchInterval,
});

export const createRule = (body: RuleBody) => dataOf(client.POST('/api/v1/rules', { body }));

export const replaceRule = (id: string, body: RuleBody) =>
  dataOf(client.PUT('/api/v1/rules/{id}', { params: { path: { id } }, body }));

export const deleteRule = (id: string) =>
  dataOf(client.DELETE('/api/v1/rules/{id}', { params: { path: { id } } }));

/** What a rule would have done in the last seven days, without saving it. */
export const dryRunRule = (rule: RuleBody) =>
  dataOf(client.POST('/api/v1/rules/dry-run', { body: { rule } }));

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/channels', { signal })),
  refetchInterval,
});

export const createChannel = (body: ChannelBody) =>
  dataOf(client.POST('/api/v1/channels', { body }));

export const replaceChannel = (id: string, body: ChannelChange) =>
  dataOf(client.PUT('/api/v1/channels/{id}', { params: { path: { id } }, body }));

export const deleteChannel = (id: string) =>
  dataOf(client.DELETE('/api/v1/channels/{id}', { params: { path: { id } } }));

/** Sends a message that says it is a test. A channel that does not work is an answer. */
export const testChannel = (id: string) =>
  dataOf(client.POST('/api/v1/channels/{id}/test', { params: { path: { id } } }));

export const maintenanceQuery = queryOptions({
  queryKey: ['maintenance'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/maintenance', { signal })),
  refetchInterval,
});

export const createMaintenance = (body: MaintenanceBody) =>
  dataOf(client.POST('/api/v1/maintenance', { body }));

export const replaceMaintenance = (id: string, body: MaintenanceBody) =>
  dataOf(client.PUT('/api/v1/maintenance/{id}', { params: { path: { id } }, body }));

export const deleteMaintenance = (id: string) =>
  dataOf(client.DELETE('/api/v1/maintenance/{id}', { params: { path: { id } } }));
