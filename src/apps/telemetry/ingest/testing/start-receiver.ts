import type { KeySnapshot } from '../../../../model/access/key-snapshot.ts';
import type { ReceiverParts } from '../accept-export.ts';
import { byteBudget } from '../byte-budget.ts';
import { emptyTally } from '../counters.ts';
import { startGrpcReceiver } from '../grpc-receiver.ts';
import { hostRule } from '../host-rule.ts';
import { startHttpReceiver } from '../http-receiver.ts';
import { keyRing, systemClock } from '../key-ring.ts';
import { createRateMemory } from '../rate-meter.ts';
import type { Receiver } from '../receiver.ts';
import { defaultReceiverLimits, type ReceiverLimits } from '../receiver-limits.ts';
import { type MemorySpool, memorySpool } from './memory-spool.ts';

export const openKeys: KeySnapshot = { required: false, keys: [] };

/** One receiver in this thread, over a spool in memory. */
export interface TestReceiver {
  readonly receiver: Receiver;
  readonly port: number;
  readonly url: string;
  readonly spool: MemorySpool;
  readonly parts: ReceiverParts;
  /** Events that were logged. */
  readonly events: string[];
  close(): Promise<void>;
}

export interface TestOptions {
  readonly limits?: Partial<ReceiverLimits>;
  readonly keys?: KeySnapshot;
  readonly retentionMs?: number;
}

/** Starts a receiver of `kind` on a free loopback port. */
export async function startTestReceiver(
  kind: 'http' | 'grpc',
  { limits: changed = {}, keys = openKeys, retentionMs = 0 }: TestOptions = {},
): Promise<TestReceiver> {
  const limits = { ...defaultReceiverLimits, ...changed };
  const slots = new Map(keys.keys.map(({ id }, index) => [id, index + 1]));
  const spool = memorySpool();
  const events: string[] = [];
  const log = (event: string) => void events.push(event);
  const parts: ReceiverParts = {
    limits,
    decode: {
      retentionMs: {
        logs: retentionMs,
        traces: retentionMs,
        metrics: retentionMs,
        sessions: retentionMs,
      },
      severityInference: false,
      jsonBodyExpansion: false,
    },
    spool,
    keys: keyRing({ snapshot: keys, slots }, limits, createRateMemory()),
    budget: byteBudget(limits.maxBytesInFlight),
    tally: emptyTally(),
    logger: { debug: log, info: log, warn: log, error: log },
    nowMs: systemClock.nowMs,
  };
  const start = kind === 'http' ? startHttpReceiver : startGrpcReceiver;
  const address = { host: '127.0.0.1', port: 0 };
  const receiver = await start(address, parts, hostRule(address.host, [], parts.keys.required));
  const { port } = receiver;
  const url = `http://127.0.0.1:${port}`;
  return { receiver, port, url, spool, parts, events, close: () => receiver.drain(0) };
}
