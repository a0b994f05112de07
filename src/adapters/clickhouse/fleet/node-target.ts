import type { ClusterSettings, TlsSettings } from '../../../model/fleet/cluster.ts';

/** One server's HTTP interface and who asks. */
export interface NodeTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly secure: boolean;
  readonly tls?: TlsSettings | undefined;
}

/** What one statement may take. Whatever is reached ends the statement with a NodeError. */
export interface NodeLimits {
  /** Name, TCP and TLS together. Default 5 s. */
  readonly connectMs: number;
  /** From the request until the answer's head. Default 15 s. */
  readonly responseMs: number;
  /** Everything, a second attempt included. Default 30 s. */
  readonly totalMs: number;
  /** Size of an answer's body. Default 16 MiB. */
  readonly answerBytes: number;
  /** Rows of an answer. Default 100,000. */
  readonly answerRows: number;
}

export const defaultNodeLimits: NodeLimits = {
  connectMs: 5_000,
  responseMs: 15_000,
  totalMs: 30_000,
  answerBytes: 16 * 2 ** 20,
  answerRows: 100_000,
};

/** What a cluster's settings say of one of its nodes. */
export const nodeTarget = (
  cluster: Pick<ClusterSettings, 'username' | 'password' | 'secure' | 'tls'>,
  address: { readonly host: string; readonly port: number },
): NodeTarget => ({
  host: address.host,
  port: address.port,
  username: cluster.username,
  password: cluster.password,
  secure: cluster.secure,
  tls: cluster.tls,
});

/** `host:port`, with brackets where the host is an IPv6 address. */
export const addressText = (address: { readonly host: string; readonly port: number }): string =>
  address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`;
