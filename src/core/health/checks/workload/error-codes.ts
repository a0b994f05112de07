/**
 * Errors that the sender of a query makes: it does not parse, names what is not there, mixes types,
 * or asks for what it may not. They say nothing of the server's health and are counted apart.
 * Numbers: ClickHouse, src/Common/ErrorCodes.cpp.
 */
export const userFaultCodes: ReadonlySet<number> = new Set([
  6, 7, 8, 15, 16, 20, 26, 27, 34, 35, 36, 38, 41, 42, 43, 44, 46, 47, 48, 50, 51, 52, 53, 57, 60,
  62, 63, 69, 70, 72, 80, 81, 82, 115, 117, 130, 135, 153, 164, 169, 170, 179, 181, 182, 183, 184,
  192, 193, 194, 195, 201, 207, 215, 223, 291, 349, 352, 386, 394, 395, 403, 407, 452, 456, 457,
  469, 497, 511, 516,
]);

/** Timeouts, broken connections and cancellations. */
export const timeoutCodes: ReadonlySet<number> = new Set([159, 209, 210, 394]);

const names: ReadonlyMap<number, string> = new Map([
  [32, 'ATTEMPT_TO_READ_AFTER_EOF'],
  [33, 'CANNOT_READ_ALL_DATA'],
  [40, 'CHECKSUM_DOESNT_MATCH'],
  [49, 'LOGICAL_ERROR'],
  [74, 'CANNOT_READ_FROM_FILE_DESCRIPTOR'],
  [75, 'CANNOT_WRITE_TO_FILE_DESCRIPTOR'],
  [76, 'CANNOT_OPEN_FILE'],
  [107, 'FILE_DOESNT_EXIST'],
  [158, 'TOO_MANY_ROWS'],
  [159, 'TIMEOUT_EXCEEDED'],
  [160, 'TOO_SLOW'],
  [173, 'CANNOT_ALLOCATE_MEMORY'],
  [198, 'DNS_ERROR'],
  [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
  [209, 'SOCKET_TIMEOUT'],
  [210, 'NETWORK_ERROR'],
  [241, 'MEMORY_LIMIT_EXCEEDED'],
  [242, 'TABLE_IS_READ_ONLY'],
  [243, 'NOT_ENOUGH_SPACE'],
  [252, 'TOO_MANY_PARTS'],
  [279, 'ALL_CONNECTION_TRIES_FAILED'],
  [285, 'TOO_FEW_LIVE_REPLICAS'],
  [307, 'TOO_MANY_BYTES'],
  [319, 'UNKNOWN_STATUS_OF_INSERT'],
  [341, 'UNFINISHED'],
  [369, 'ALL_REPLICAS_ARE_STALE'],
  [394, 'QUERY_WAS_CANCELLED'],
  [396, 'TOO_MANY_ROWS_OR_BYTES'],
  [425, 'SYSTEM_ERROR'],
  [439, 'CANNOT_SCHEDULE_TASK'],
  [499, 'S3_ERROR'],
  [999, 'KEEPER_EXCEPTION'],
]);

/** `241 (MEMORY_LIMIT_EXCEEDED)`. */
export function errorText(code: number): string {
  const name = names.get(code);
  return name === undefined ? String(code) : `${code} (${name})`;
}
