import type { MessagePort } from 'node:worker_threads';
import type { Logger } from '../../../base/log.ts';
import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import type { DecodeSettings } from './accept-export.ts';
import type { KeyTally, Tally } from './counters.ts';
import type { ReceiverLoad } from './receiver.ts';
import type { ReceiverLimits } from './receiver-limits.ts';

export interface IngestOptions {
  /** Address of both receivers. */
  readonly host: string;
  /** 0 = any free port. */
  readonly httpPort: number;
  readonly grpcPort: number;
  /** A new connection to the spool; called for each thread, and again when one is lost. */
  readonly connectSpool: () => MessagePort;
  readonly keys: KeySnapshot;
  /** Host names that the server answers to in open mode, beside localhost and IP addresses. */
  readonly allowedHosts: readonly string[];
  readonly decode: DecodeSettings;
  /** Default: `defaultReceiverLimits`. */
  readonly limits?: Partial<ReceiverLimits>;
  /** Default: `defaultSupervision`. */
  readonly supervision?: Partial<Supervision>;
  readonly logger: Logger;
}

/** How receiver threads are kept alive. */
export interface Supervision {
  /** Wait before a crashed thread is started again; doubles with each crash up to the maximum. */
  readonly firstRestartMs: number;
  readonly maxRestartMs: number;
  /** A thread that ran this long starts again at `firstRestartMs`. */
  readonly stableAfterMs: number;
  /** A thread that says nothing for so long is ended and started again. */
  readonly hangTimeoutMs: number;
  /** How long a thread may take to listen. */
  readonly startTimeoutMs: number;
}

export const defaultSupervision: Supervision = {
  firstRestartMs: 100,
  maxRestartMs: 10_000,
  stableAfterMs: 60_000,
  hangTimeoutMs: 60_000,
  startTimeoutMs: 30_000,
};

export type ReceiverKind = 'http' | 'grpc';

/** A receiver as people see it. */
export interface ReceiverStatus {
  readonly status: 'ok' | 'starting' | 'unavailable';
  /** What is wrong and what happens next; absent when `ok`. */
  readonly detail?: string;
  readonly port: number;
  /** How often its thread has been started again. */
  readonly restarts: number;
  readonly load: ReceiverLoad;
  /** Totals since the start of the process, those by key included. */
  readonly totals: Tally;
}

/** What a key did since it was last told. */
export interface KeyUse extends KeyTally {
  readonly keyId: string;
}

/** The running receivers. */
export interface Ingest {
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Both receivers know the keys of `snapshot` from the next request on. */
  updateKeys(snapshot: KeySnapshot): void;
  status(): Readonly<Record<ReceiverKind, ReceiverStatus>>;
  /** Calls `listener` about twice a second with what keys did; '' are requests without one. */
  onKeyUse(listener: (uses: readonly KeyUse[]) => void): void;
  /** Takes no new requests, answers those in flight, and ends the threads, at the deadline anyway. */
  drain(deadlineMs: number): Promise<void>;
}

/** Why the receivers could not start, with the setting to change. */
export class IngestStartError extends Error {
  readonly setting: string;

  constructor(setting: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'IngestStartError';
    this.setting = setting;
  }
}
