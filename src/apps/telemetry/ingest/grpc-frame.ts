import { err, ok, type Result } from '../../../base/result.ts';
import { type ContentCoding, decompress } from './content-coding.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Length of the prefix of a gRPC message: a flag and a 32-bit length. */
export const prefixBytes = 5;

export interface MessageLimits {
  readonly maxBodyBytes: number;
  readonly maxDecodedBytes: number;
}

const badFraming = (message: string) => err(refuse('bad_framing', message));

/** The one message of a unary call, decompressed. `frame` is all that the client sent. */
export function readMessage(
  frame: Uint8Array,
  coding: ContentCoding,
  limits: MessageLimits,
): Result<Uint8Array, Refusal> {
  if (frame.length === 0) return badFraming('The call ended without a message.');
  if (frame.length < prefixBytes)
    return badFraming(`The message prefix has ${prefixBytes} bytes; ${frame.length} were sent.`);
  const flag = frame[0];
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(1);
  const message = frame.subarray(prefixBytes);
  if (length > message.length)
    return badFraming(`The message should have ${length} bytes; ${message.length} were sent.`);
  if (length < message.length)
    return badFraming(
      `The call takes one message; ${message.length - length} bytes came after its end.`,
    );
  if (flag === 0) return plain(message, limits);
  if (flag !== 1) return badFraming(`The compressed flag is 0 or 1; ${flag} was sent.`);
  if (coding === 'identity')
    return badFraming('The message is marked as compressed, but grpc-encoding names no coding.');
  return decompress(coding, message, limits.maxDecodedBytes);
}

function plain(message: Uint8Array, { maxDecodedBytes }: MessageLimits) {
  if (message.length <= maxDecodedBytes) return ok(message);
  return err(refuse('too_large', `The message is larger than ${maxDecodedBytes} bytes.`));
}

/** A message with its prefix, not compressed. */
export function frameMessage(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}
