import type { CheckedRequest } from '../../../adapters/spool/disk-spool.ts';
import type { SpoolOutcome } from '../../../adapters/spool/spool.ts';

/** From a receiver's thread to the storing thread. */
export type ToSpool =
  | { readonly kind: 'append'; readonly id: number; readonly request: CheckedRequest }
  | {
      readonly kind: 'settled';
      readonly answered: readonly number[];
      readonly unanswered: readonly number[];
    };

/** From the storing thread: what became of the requests with these ids. */
export type FromSpool = readonly (readonly [id: number, outcome: SpoolOutcome])[];
