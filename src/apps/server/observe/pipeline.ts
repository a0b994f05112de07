import type { Part } from '../../../model/api/operation-api.ts';
import type { DeadLetter } from '../../../model/telemetry/dead-letter.ts';

/** What the HTTP front needs to know of a receiver. */
export interface ReceiverFacts {
  readonly status: 'ok' | 'starting' | 'unavailable';
  readonly detail?: string | undefined;
  readonly port: number;
  readonly restarts: number;
  readonly load: { readonly requests: number; readonly connections: number };
  readonly totals: {
    readonly requests: number;
    readonly records: number;
    readonly rejectedRecords: number;
    readonly bytes: number;
    readonly absorbed: number;
    readonly refusals: Readonly<Partial<Record<string, number>>>;
  };
}

/** What it needs to know of the spool and of storing. */
export interface StoringFacts {
  readonly spool: {
    readonly bytes: number;
    readonly maxBytes: number;
    readonly segments: number;
    readonly rows: number;
    readonly oldestAgeMs: number;
    readonly diskFreeBytes: number;
    readonly kept: number;
    readonly absorbed: number;
    readonly broken: number;
    readonly refused: Readonly<Record<string, number>>;
  };
  readonly inserts: {
    readonly storedRows: Readonly<Partial<Record<string, number>>>;
    readonly storedSegments: number;
    readonly failedInserts: number;
    readonly unavailable?: { readonly sinceMs: number; readonly message: string };
    readonly waitingForDeadLetters: number;
  };
  readonly deadLetters: { readonly count: number; readonly bytes: number };
}

/** Everything between a request of telemetry and its rows in the store, once it runs. */
export interface Pipeline {
  receivers(): { readonly http: ReceiverFacts; readonly grpc: ReceiverFacts };
  storing(): Promise<StoringFacts>;
  listDeadLetters(): Promise<readonly DeadLetter[]>;
  replayDeadLetter(id: string): Promise<'stored' | 'rejected' | 'queued' | 'not_found'>;
  deleteDeadLetter(id: string): Promise<boolean>;
}

/** The pipeline as far as it has come: `undefined` before it runs. */
export interface PipelineState {
  running: Pipeline | undefined;
  draining: boolean;
}

/** How the parts of the pipeline are, for `GET /ready`. */
export function pipelineProbes(state: PipelineState, diskMinFreeBytes: number) {
  const receiver = (name: 'http' | 'grpc') => (): Part => {
    if (state.draining) return { status: 'draining' };
    const facts = state.running?.receivers()[name];
    if (!facts) return { status: 'starting' };
    return { status: facts.status, ...(facts.detail ? { detail: facts.detail } : {}) };
  };
  return {
    otlpHttp: receiver('http'),
    otlpGrpc: receiver('grpc'),
    spool: async (): Promise<Part> => {
      if (state.draining) return { status: 'draining' };
      if (!state.running) return { status: 'starting' };
      return spoolPart(await state.running.storing(), diskMinFreeBytes);
    },
  };
}

/** A spool that waits for the store works; one that refuses does not. */
export function spoolPart({ spool, inserts }: StoringFacts, diskMinFreeBytes: number): Part {
  if (spool.bytes >= spool.maxBytes)
    return {
      status: 'full',
      detail: `the spool holds ${spool.bytes} of ${spool.maxBytes} bytes and refuses new data; make the store take it, or raise SPOOL_MAX_BYTES`,
    };
  if (spool.diskFreeBytes < diskMinFreeBytes)
    return {
      status: 'full',
      detail: `the disk has ${spool.diskFreeBytes} bytes left, less than DISK_MIN_FREE_BYTES (${diskMinFreeBytes}); free some space`,
    };
  if (spool.broken > 0)
    return {
      status: 'degraded',
      detail: `${spool.broken} segments could not be put back after a write error; look into the log`,
    };
  if (inserts.unavailable)
    return {
      status: 'degraded',
      detail: `the store takes nothing: ${inserts.unavailable.message}`,
    };
  if (inserts.waitingForDeadLetters > 0)
    return {
      status: 'degraded',
      detail: `${inserts.waitingForDeadLetters} rejected segments wait for room among the dead letters; replay or delete some`,
    };
  return { status: 'ok' };
}
