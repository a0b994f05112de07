import type { Readable } from 'node:stream';
import { err, ok, type Result } from '../../../base/result.ts';
import type { ByteBudget } from './byte-budget.ts';
import { type Refusal, refuse, refuseForNow } from './refusal.ts';

/** A body as sent; its bytes are taken from the budget until `release`. */
export interface HeldBody {
  readonly bytes: Uint8Array;
  release(): void;
}

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly overloadRetryMs: number;
}

export const tooLarge = (maxBytes: number): Refusal =>
  refuse('too_large', `The body is larger than ${maxBytes} bytes; send smaller batches.`);

export const noRoom = (retryAfterMs: number): Refusal =>
  refuseForNow(
    'overloaded',
    'The receiver holds as much as it may; try again later.',
    retryAfterMs,
  );

/**
 * Collects a body within the limits. Resolves to undefined where the client went away. After a
 * refusal the rest of the body is still on its way.
 */
export function collectBody(
  source: Readable,
  limits: BodyLimits,
  budget: ByteBudget,
): Promise<Result<HeldBody, Refusal> | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const release = () => {
      budget.give(sizeBytes);
      sizeBytes = 0;
    };
    const settle = (outcome: Result<HeldBody, Refusal> | undefined) => {
      source.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      if (!outcome?.ok) release();
      resolve(outcome);
    };
    const onData = (chunk: Buffer) => {
      if (sizeBytes + chunk.length > limits.maxBodyBytes)
        return settle(err(tooLarge(limits.maxBodyBytes)));
      if (!budget.take(chunk.length)) return settle(err(noRoom(limits.overloadRetryMs)));
      sizeBytes += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = () => {
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      settle(ok({ bytes, release }));
    };
    const onGone = () => settle(undefined);
    source.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}
