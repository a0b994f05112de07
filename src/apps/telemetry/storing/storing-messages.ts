import type { MessagePort } from 'node:worker_threads';
import type { StoreConnection } from '../../../adapters/clickhouse/store-connection.ts';
import type { DeadLettersStatus } from '../../../adapters/spool/dead-letters.ts';
import type { SpoolOptions, SpoolStatus } from '../../../adapters/spool/spool-options.ts';
import type { DeadLetter } from '../../../model/telemetry/dead-letter.ts';
import type { PostedLog } from '../posted-log.ts';
import type { InserterStatus } from './inserter.ts';
import type { StoredRows } from './store-table.ts';

/** What the storing thread is started with: plain data. */
export interface StoringOptions {
  readonly spool: SpoolOptions;
  readonly deadLetters: {
    /** On the same file system as the spool: a replay is a rename. */
    readonly folder: string;
    /** When it is reached, rejected segments wait in the spool. */
    readonly maxBytes: number;
  };
  readonly store: StoreConnection;
  /** Segments of one signal that are stored at the same time. */
  readonly parallelInserts: number;
  /** Between tries while the store is unavailable. */
  readonly retry: { readonly firstMs: number; readonly mostMs: number };
}

/** Defaults of what `StoringOptions` adds to the spool. */
export const defaultStoring = {
  deadLettersMaxBytes: 2 ** 30,
  parallelInserts: 2,
  retry: { firstMs: 100, mostMs: 5_000 },
} as const;

export interface StoringStatus {
  readonly spool: SpoolStatus;
  readonly inserts: InserterStatus;
  readonly deadLetters: DeadLettersStatus;
}

/**
 * How a replay ended: `stored`; `rejected`: it is a dead letter again; `queued`: it is in the
 * spool and the store has not decided yet; `not_found`: there is no such letter.
 */
export type ReplayOutcome = 'stored' | 'rejected' | 'queued' | 'not_found';

/** What the main thread asks of the storing thread. */
export interface StoringCalls {
  status(): Promise<StoringStatus>;
  listDeadLetters(): Promise<readonly DeadLetter[]>;
  replayDeadLetter(id: string, waitMs: number): Promise<ReplayOutcome>;
  deleteDeadLetter(id: string): Promise<boolean>;
  /** True when the store has everything. */
  drain(deadlineMs: number): Promise<boolean>;
}

export type StoringCall = {
  [Name in keyof StoringCalls]: {
    readonly kind: 'call';
    readonly id: number;
    readonly name: Name;
    readonly args: Parameters<StoringCalls[Name]>;
  };
}[keyof StoringCalls];

export type ToStoring = StoringCall | { readonly kind: 'connect'; readonly port: MessagePort };

export type FromStoring =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string }
  | { readonly kind: 'stored'; readonly stored: StoredRows }
  | PostedLog;
