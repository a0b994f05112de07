import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ApiToken, IngestionKey, SessionData } from './shapes.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call<SessionData>('GET', '/session', { signal }),
  staleTime: 60_000,
});
export const login = (password: string) =>
  call<SessionData>('POST', '/login', { body: { password } });
export const logout = () => call<unknown>('POST', '/logout', { body: {} });

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => call<{ keys: IngestionKey[] }>('GET', '/keys', { signal }),
});
export type NewKey = { key: IngestionKey; secret: string };
export const createKey = (body: { name: string }) => call<NewKey>('POST', '/keys', { body });
export const rotateKey = (id: string, overlap: string) =>
  call<NewKey>('POST', `/keys/${encodeURIComponent(id)}/rotate`, { body: { overlap } });
export const revokeKey = (id: string) => call<unknown>('DELETE', `/keys/${encodeURIComponent(id)}`);

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => call<{ tokens: ApiToken[] }>('GET', '/tokens', { signal }),
});
export type NewToken = { token: ApiToken; secret: string };
export const createToken = (body: { name: string }) => call<NewToken>('POST', '/tokens', { body });
export const deleteToken = (id: string) =>
  call<unknown>('DELETE', `/tokens/${encodeURIComponent(id)}`);
