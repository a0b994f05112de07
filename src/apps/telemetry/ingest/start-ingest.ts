import type { KeySnapshot } from '../../../model/access/key-snapshot.ts';
import type { Tally } from './counters.ts';
import {
  defaultSupervision,
  type Ingest,
  type IngestOptions,
  IngestStartError,
  type KeyUse,
  type ReceiverKind,
} from './ingest-options.ts';
import { anonymousSlot, type SlottedKeys } from './key-ring.ts';
import { createRateMemory, fitRateSlots } from './rate-meter.ts';
import { defaultReceiverLimits, type ReceiverLimits } from './receiver-limits.ts';
import { type ReceiverThread, receiverEntries, startReceiverThread } from './receiver-thread.ts';
import { RefusalLog } from './refusal-log.ts';

/**
 * Starts the OTLP receivers, each in a thread of its own. Rejects with an IngestStartError, and
 * leaves nothing running, where one of them cannot listen.
 */
export async function startIngest(options: IngestOptions): Promise<Ingest> {
  const limits = checkLimits({ ...defaultReceiverLimits, ...options.limits });
  const rateMemory = createRateMemory();
  const slots = keySlots(rateMemory);
  let keys = slots(options.keys);
  const listeners: ((uses: readonly KeyUse[]) => void)[] = [];
  const refusals = new RefusalLog(options.logger);
  const onTally = (tally: Tally) => {
    const uses = Object.entries(tally.keys).map(([keyId, use]) => ({ keyId, ...use }));
    if (uses.length > 0) for (const listener of listeners) listener(uses);
    refusals.add(tally.refusals, performance.now());
  };
  const start = (kind: ReceiverKind, port: number) =>
    startReceiverThread({
      kind,
      entry: receiverEntries[kind],
      address: { host: options.host, port },
      start: { limits, decode: options.decode, allowedHosts: options.allowedHosts, rateMemory },
      supervision: { ...defaultSupervision, ...options.supervision },
      connectSpool: options.connectSpool,
      keys: () => keys,
      onTally,
      logger: options.logger,
    });
  const { http, grpc } = await startBoth(
    start('http', options.httpPort),
    start('grpc', options.grpcPort),
  );
  return {
    httpPort: http.port,
    grpcPort: grpc.port,
    updateKeys(snapshot) {
      keys = slots(snapshot);
      http.sendKeys(keys);
      grpc.sendKeys(keys);
    },
    status: () => ({ http: http.status(), grpc: grpc.status() }),
    onKeyUse: (listener) => void listeners.push(listener),
    async drain(deadlineMs) {
      await Promise.all([http.drain(deadlineMs), grpc.drain(deadlineMs)]);
    },
  };
}

interface Threads {
  readonly http: ReceiverThread;
  readonly grpc: ReceiverThread;
}

async function startBoth(
  startingHttp: Promise<ReceiverThread>,
  startingGrpc: Promise<ReceiverThread>,
): Promise<Threads> {
  const [http, grpc] = await Promise.allSettled([startingHttp, startingGrpc]);
  if (http.status === 'fulfilled' && grpc.status === 'fulfilled')
    return { http: http.value, grpc: grpc.value };
  for (const each of [http, grpc]) if (each.status === 'fulfilled') await each.value.drain(0);
  throw http.status === 'rejected' ? http.reason : (grpc as PromiseRejectedResult).reason;
}

/** Limits that cannot work together are a mistake of whoever set them. */
function checkLimits(limits: ReceiverLimits): ReceiverLimits {
  const largest = limits.maxBodyBytes;
  if (limits.maxBytesInFlight >= largest) return limits;
  throw new IngestStartError(
    'maxBytesInFlight',
    `maxBytesInFlight (${limits.maxBytesInFlight}) must be at least maxBodyBytes (${largest}), or a body of the allowed size would never be taken.`,
  );
}

/** Gives each key a slot of the rate memory; a key keeps its slot for the life of the process. */
function keySlots(memory: SharedArrayBuffer): (snapshot: KeySnapshot) => SlottedKeys {
  const slots = new Map<string, number>();
  return (snapshot) => {
    for (const { id } of snapshot.keys)
      if (!slots.has(id)) slots.set(id, anonymousSlot + 1 + slots.size);
    fitRateSlots(memory, slots.size + 1);
    return { snapshot, slots };
  };
}
