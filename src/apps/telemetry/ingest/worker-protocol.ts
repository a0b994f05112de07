import type { MessagePort } from 'node:worker_threads';
import type { PostedLog } from '../posted-log.ts';
import type { DecodeSettings } from './accept-export.ts';
import type { Tally } from './counters.ts';
import type { SlottedKeys } from './key-ring.ts';
import type { ReceiverAddress, ReceiverLoad } from './receiver.ts';
import type { ReceiverLimits } from './receiver-limits.ts';

/** What a receiver thread is started with. */
export interface WorkerStart {
  readonly address: ReceiverAddress;
  readonly limits: ReceiverLimits;
  readonly decode: DecodeSettings;
  readonly keys: SlottedKeys;
  /** Host names that the server answers to in open mode, beside the ones it always does. */
  readonly allowedHosts: readonly string[];
  readonly rateMemory: SharedArrayBuffer;
  readonly spoolPort: MessagePort;
}

/** From the main thread to a receiver thread. */
export type ToWorker =
  | { readonly kind: 'keys'; readonly keys: SlottedKeys }
  | { readonly kind: 'spool'; readonly port: MessagePort }
  | { readonly kind: 'drain'; readonly deadlineMs: number };

/** From a receiver thread to the main thread. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly port: number }
  /** It cannot listen; `code` is Node's. */
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly message: string }
  /** At least every `reportEveryMs`: what was counted since the last report. */
  | { readonly kind: 'report'; readonly tally: Tally; readonly load: ReceiverLoad }
  | PostedLog
  | { readonly kind: 'spool_lost' }
  | { readonly kind: 'drained' };

/** How often a receiver thread reports. */
export const reportEveryMs = 500;
