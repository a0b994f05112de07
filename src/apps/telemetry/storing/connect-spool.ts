import type { MessagePort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { CheckedRequest } from '../../../adapters/spool/disk-spool.ts';
import type { Spool, SpoolOutcome, SpoolRequest } from '../../../adapters/spool/spool.ts';
import type { TableBlock } from '../../../model/telemetry/block.ts';
import type { FromSpool, ToSpool } from './spool-messages.ts';

const lost: SpoolOutcome = {
  kind: 'refused',
  reason: 'spool_failed',
  message: 'The storing thread has stopped and is being restarted.',
  retryAfterMs: 1_000,
};

/**
 * The spool behind a port of the storing thread. `append` takes over the memory of the blocks: the
 * caller must not touch them afterwards. When the port closes, what is under way is refused; a
 * request that was written nevertheless will absorb its retry.
 */
export function connectSpool(port: MessagePort): Spool {
  const waiting = new Map<number, (outcome: SpoolOutcome) => void>();
  let lastId = 0;
  let closed = false;
  let answered: number[] = [];
  let unanswered: number[] = [];

  const post = (message: ToSpool, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const settleSoon = () => {
    if (answered.length + unanswered.length > 1) return;
    setImmediate(() => {
      post({ kind: 'settled', answered, unanswered });
      answered = [];
      unanswered = [];
    });
  };

  port.on('message', (outcomes: FromSpool) => {
    for (const [id, outcome] of outcomes) {
      waiting.get(id)?.(outcome);
      waiting.delete(id);
    }
  });
  port.on('close', () => {
    closed = true;
    for (const settle of waiting.values()) settle(lost);
    waiting.clear();
  });

  return {
    append(request) {
      if (closed) return Promise.resolve(lost);
      const checked = checkedRequest(request);
      lastId += 1;
      const id = lastId;
      return new Promise((settle) => {
        waiting.set(id, settle);
        const transfer = checked.parts.map((part) => part.bytes.buffer as ArrayBuffer);
        post({ kind: 'append', id, request: checked }, transfer);
      });
    },
    answered(entry) {
      answered.push(entry);
      settleSoon();
    },
    unanswered(entry) {
      unanswered.push(entry);
      settleSoon();
    },
  };
}

/** The checksums are made here, so that the storing thread does not have to read the bytes. */
function checkedRequest({ signal, keyId, digest, blocks }: SpoolRequest): CheckedRequest {
  return {
    signal,
    keyId,
    digestHex: Buffer.from(digest).toString('hex'),
    parts: blocks.map((block) => ({
      table: block.table,
      rows: block.rows,
      bytes: ownMemory(block),
      unfoldedBytes: block.unfoldedBytes,
      crc: crc32(block.bytes),
    })),
  };
}

/** Bytes in a buffer of their own: a buffer shared with others would be taken from them, too. */
function ownMemory({ bytes }: Pick<TableBlock, 'bytes'>): Uint8Array {
  const { buffer, byteLength } = bytes;
  const alone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return alone ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
