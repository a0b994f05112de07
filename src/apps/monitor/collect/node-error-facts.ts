import { NodeError } from '../../../adapters/clickhouse/fleet/index.ts';

/** UNKNOWN_TABLE, UNKNOWN_IDENTIFIER, ACCESS_DENIED …: the server changed since it was probed. */
const changedCodes: ReadonlySet<number> = new Set([47, 60, 291, 497]);

/** The server answers, but no longer has, or gives, what it was probed to have. */
export const hasChanged = (error: NodeError): boolean =>
  error.code !== undefined && changedCodes.has(error.code);

/** Whatever went wrong while a node was asked, as a NodeError. Throws what is none. */
export function asNodeFailure(error: unknown): NodeError {
  if (error instanceof NodeError) return error;
  throw error;
}
