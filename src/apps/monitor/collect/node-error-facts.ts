import { NodeError } from '../../../adapters/clickhouse/fleet/index.ts';

/**
 * The server changed since it was probed: rights are gone (DATABASE_ACCESS_DENIED, ACCESS_DENIED),
 * tables or columns (NO_SUCH_COLUMN_IN_TABLE, UNKNOWN_IDENTIFIER, UNKNOWN_TABLE), or it is an older
 * version now (ILLEGAL_TYPE_OF_ARGUMENT, UNKNOWN_FUNCTION, SYNTAX_ERROR, NO_COMMON_TYPE).
 */
const changedCodes: ReadonlySet<number> = new Set([291, 497, 16, 47, 60, 43, 46, 62, 386]);

/** The server answers, but no longer has, or gives, what it was probed to have. */
export const hasChanged = (error: NodeError): boolean =>
  error.code !== undefined && changedCodes.has(error.code);

/** Whatever went wrong while a node was asked, as a NodeError. Throws what is none. */
export function asNodeFailure(error: unknown): NodeError {
  if (error instanceof NodeError) return error;
  throw error;
}
