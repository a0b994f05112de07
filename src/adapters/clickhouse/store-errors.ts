import { ClickHouseError } from '@clickhouse/client';
import { StoreError } from './store.ts';

/**
 * Codes that say: these bytes will fail again. All others, known and unknown, count as
 * `unavailable`: rows that could have been stored later must not be set aside as bad.
 * Not here although they sound like it: UNKNOWN_TABLE (60), UNKNOWN_DATABASE (81),
 * NO_SUCH_COLUMN_IN_TABLE (16), THERE_IS_NO_COLUMN (8), UNKNOWN_IDENTIFIER (47): the schema is
 * behind or being changed; MEMORY_LIMIT_EXCEEDED (241), TIMEOUT_EXCEEDED (159): the load may pass.
 */
const contentCodes: ReadonlyMap<number, string> = new Map([
  [6, 'CANNOT_PARSE_TEXT'],
  [26, 'CANNOT_PARSE_QUOTED_STRING'],
  [27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  [32, 'ATTEMPT_TO_READ_AFTER_EOF: the block ends too early'],
  [33, 'CANNOT_READ_ALL_DATA: the block ends too early'],
  [38, 'CANNOT_PARSE_DATE'],
  [41, 'CANNOT_PARSE_DATETIME'],
  [43, 'ILLEGAL_TYPE_OF_ARGUMENT: a computed column or constraint cannot take a value'],
  [50, 'UNKNOWN_TYPE: the block names a type that does not exist'],
  [53, 'TYPE_MISMATCH'],
  [69, 'ARGUMENT_OUT_OF_BOUND'],
  [70, 'CANNOT_CONVERT_TYPE'],
  [72, 'CANNOT_PARSE_NUMBER'],
  [117, 'INCORRECT_DATA'],
  [128, 'TOO_LARGE_ARRAY_SIZE'],
  [131, 'TOO_LARGE_STRING_SIZE'],
  [190, 'SIZES_OF_ARRAYS_DONT_MATCH: nested columns differ in length'],
  [271, 'CANNOT_DECOMPRESS'],
  [321, 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE'],
  [349, 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN'],
  [407, 'DECIMAL_OVERFLOW'],
  [467, 'CANNOT_PARSE_BOOL'],
  [469, 'VIOLATED_CONSTRAINT'],
  [646, 'CANNOT_PARSE_IPV4'],
  [691, 'UNKNOWN_ELEMENT_OF_ENUM'],
]);
/** What a failed insert means for its bytes. */
export const classifyStoreCode = (code: number): StoreError['kind'] =>
  contentCodes.has(code) ? 'content' : 'unavailable';

/** Any failure of a store as a StoreError. Network failures are `unavailable`. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof ClickHouseError) {
    const code = Number(error.code);
    const text = `ClickHouse error ${error.code} (${error.type ?? 'unknown'}): ${error.message.trim()}`;
    return new StoreError(classifyStoreCode(code), text, {
      cause: error,
      clickhouseCode: code,
    });
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new StoreError('unavailable', `the store does not answer: ${message}`, { cause: error });
}
