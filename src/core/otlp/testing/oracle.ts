import { fromBinary, type Message } from '@bufbuild/protobuf';
import type { DecodeOptions } from '../../../model/telemetry/block.ts';
import type { Signal } from '../../../model/telemetry/tables.ts';
import { type Expected, expectedRows } from './expected-rows.ts';
import { requestSchemas } from './schemas.ts';
import { readWireTree, writeWireTree } from './wire-tree.ts';

/**
 * What a request should become, by protobuf-es: undefined when it is malformed.
 *
 * protobuf-es trusts the wire more than the protobuf specification does. It lets a submessage run
 * past its own end, reads a known field whatever its wire type (the specification has it treated as
 * an unknown field), takes a varint of any length in a field that it skips, and drops the bits of
 * a length beyond 32. So bytes first pass the strict reader of `wire-tree.ts`, which rejects the
 * first, third and fourth, and leaves fields of the second kind out; protobuf-es decodes what is
 * left, and checks the text.
 */
export function oracle(
  signal: Signal,
  bytes: Uint8Array,
  options: DecodeOptions,
): Expected | undefined {
  const message = decodeStrictly(signal, bytes);
  return message && expectedRows(signal, message, options);
}

function decodeStrictly(signal: Signal, bytes: Uint8Array): Message | undefined {
  const schema = requestSchemas[signal];
  try {
    return fromBinary(schema, writeWireTree(readWireTree(schema, bytes)));
  } catch {
    return undefined;
  }
}
