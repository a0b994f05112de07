import { noRoom } from './held-body.ts';
import type { ReceiverLimits } from './receiver-limits.ts';
import { type Refusal, refuseForNow } from './refusal.ts';

/** Why a receiver takes no further request now; undefined when it does. */
export function excessOfWork(
  receiver: { readonly active: number; readonly draining: boolean },
  { maxConcurrentRequests, overloadRetryMs }: ReceiverLimits,
): Refusal | undefined {
  if (receiver.draining)
    return refuseForNow('draining', 'The server is stopping; try again later.', overloadRetryMs);
  return receiver.active > maxConcurrentRequests ? noRoom(overloadRetryMs) : undefined;
}
