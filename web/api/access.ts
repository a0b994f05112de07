import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/session', { signal })),
  staleTime: 60_000,
});

export const login = (password: string) =>
  dataOf(client.POST('/api/v1/login', { body: { password } }));

export const logout = () => dataOf(client.POST('/api/v1/logout'));

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/keys', { signal })),
});

/** The secret is in this answer only. */
export const createKey = (name: string) => dataOf(client.POST('/api/v1/keys', { body: { name } }));

/** `overlap`: how long the old secret still works, as a duration such as 24h. */
export const rotateKey = (id: string, overlap: string) =>
  dataOf(client.POST('/api/v1/keys/{id}/rotate', { params: { path: { id } }, body: { overlap } }));

export const revokeKey = (id: string) =>
  dataOf(client.DELETE('/api/v1/keys/{id}', { params: { path: { id } } }));

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => dataOf(client.GET('/api/v1/tokens', { signal })),
});

/** The secret is in this answer only. */
export const createToken = (name: string) =>
  dataOf(client.POST('/api/v1/tokens', { body: { name } }));

export const deleteToken = (id: string) =>
  dataOf(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }));
