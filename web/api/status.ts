import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.ts';
import type { ReadyData } from './shapes.ts';

/** How each part is. The answer is 503, with the same shape, while one of them is not ready. */
export const readyQuery = queryOptions({
  queryKey: ['ready'],
  queryFn: async ({ signal }): Promise<ReadyData> => {
    const asked = client.GET('/api/v1/ready', { signal });
    const { error } = await asked.catch(() => ({ error: undefined }));
    if (error !== undefined && 'data' in error && error.data !== null) return error.data;
    return dataOf(asked);
  },
  refetchInterval: 5_000,
});

/** Counters of the receivers, the spool and the store, at most two seconds old. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/status', { signal })),
  refetchInterval: 2_000,
});
