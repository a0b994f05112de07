/**
 * How to reach the store: plain values, so that they can be sent to worker threads. Whoever holds
 * one opens a store of its own by `connectStore`.
 */
export type StoreConnection = EmbeddedConnection | ServerConnection;

export interface EmbeddedConnection {
  readonly kind: 'embedded';
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

export interface ServerConnection {
  readonly kind: 'server';
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Settings from the URL, sent with each request. */
  readonly settings: Readonly<Record<string, string>>;
}
