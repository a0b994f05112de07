import { isDeepStrictEqual } from 'node:util';
import type { DecodedRequest, DecodeOptions } from '../../../model/telemetry/block.ts';
import {
  type Signal,
  type TelemetryTable,
  tablesOfSignal,
} from '../../../model/telemetry/tables.ts';
import { decodeOtlp } from '../index.ts';
import { type Expected, rowsIn } from './expected-rows.ts';
import { type Row, readNativeBlock } from './native-reader.ts';

/** Options under which all records of `arbitraryRequest` but the extreme ones are stored. */
export const testOptions: DecodeOptions = {
  encoding: 'protobuf',
  arrivalNs: 1_760_500_000_123_456_789n,
  severityInference: false,
  jsonBodyExpansion: false,
};

/** The rows of a request by table, read back from its blocks. */
export function rowsOf(decoded: DecodedRequest): Partial<Record<TelemetryTable, Row[]>> {
  const rows: Partial<Record<TelemetryTable, Row[]>> = {};
  for (const block of decoded.blocks) {
    const read = readNativeBlock(block.bytes);
    if (read.rows.length !== block.rows) throw new Error('a block miscounts its rows');
    rowsIn(rows, block.table).push(...read.rows);
  }
  return rows;
}

/**
 * How the decoder differs about these bytes from what the oracle expects (undefined: malformed);
 * undefined when they agree.
 */
export function disagreement(
  signal: Signal,
  bytes: Uint8Array,
  expected: Expected | undefined,
  options = testOptions,
): string | undefined {
  const decoded = decodeOtlp(signal, bytes, options);
  if (!decoded.ok) return expected && `refused, though it is well-formed: ${decoded.error.message}`;
  if (!expected) return 'accepted, though it is malformed';
  return differingRows(signal, decoded.value, expected);
}

/** How a decoded request differs from what was expected. */
export function differingRows(
  signal: Signal,
  decoded: DecodedRequest,
  expected: Expected,
): string | undefined {
  let refused = 0;
  for (const { count } of decoded.rejections) refused += count;
  if (refused !== expected.refused) return `refused ${refused}, expected ${expected.refused}`;
  const actual = rowsOf(decoded);
  let accepted = 0;
  for (const table of tablesOfSignal[signal]) {
    const rows = actual[table] ?? [];
    const wanted = expected.rows[table] ?? [];
    accepted += wanted.length;
    if (rows.length !== wanted.length)
      return `${rows.length} rows in ${table}, expected ${wanted.length}`;
    for (const [i, row] of rows.entries()) {
      const name = Object.keys({ ...row, ...wanted[i] }).find(
        (key) => !isDeepStrictEqual(row[key], wanted[i]![key]),
      );
      if (name !== undefined)
        return `${table} row ${i} ${name}: ${show(row[name])}, expected ${show(wanted[i]![name])}`;
    }
  }
  return accepted === decoded.accepted ? undefined : `counted ${decoded.accepted} of ${accepted}`;
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ??
  'absent';
