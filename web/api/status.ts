import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ReadyData } from './shapes.ts';

/** How each part is. The answer is 503, with the same shape, while one of them is not ready. */
export const readyQuery = queryOptions({
  queryKey: ['ready'],
  queryFn: ({ signal }) => call<ReadyData>('GET', '/ready', { signal, expected: [503] }),
  refetchInterval: 5_000,
});
