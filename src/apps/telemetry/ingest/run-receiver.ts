import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { postingLogger } from '../posted-log.ts';
import { connectSpool } from '../storing/connect-spool.ts';
import { type ReceiverParts, takeTally } from './accept-export.ts';
import { byteBudget } from './byte-budget.ts';
import { emptyTally } from './counters.ts';
import { type HostRule, hostRule } from './host-rule.ts';
import { keyRing, systemClock } from './key-ring.ts';
import type { Receiver, ReceiverAddress } from './receiver.ts';
import { type SpoolLink, spoolLink } from './spool-link.ts';
import {
  type FromWorker,
  reportEveryMs,
  type ToWorker,
  type WorkerStart,
} from './worker-protocol.ts';

export type StartReceiver = (
  address: ReceiverAddress,
  parts: ReceiverParts,
  hostRule: HostRule,
) => Promise<Receiver>;

/** The life of a receiver thread: called once by the thread's entry file. */
export async function runReceiver(start: StartReceiver): Promise<void> {
  if (!parentPort) throw new Error('a receiver runs in a worker thread');
  const main = parentPort;
  const post = (message: FromWorker) => main.postMessage(message);
  const options = workerData as WorkerStart;
  const spool = spoolLink(options.limits.overloadRetryMs);
  attachSpool(spool, options.spoolPort, post);
  const parts = partsOf(options, spool, post);
  const rule = hostRule(options.address.host, options.allowedHosts, parts.keys.required);
  let receiver: Receiver;
  try {
    receiver = await start(options.address, parts, rule);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    post({ kind: 'failed', code, message });
    return;
  }
  const report = () =>
    post({ kind: 'report', tally: takeTally(parts.tally), load: receiver.load() });
  const reporting = setInterval(report, reportEveryMs);
  main.on('message', (message: ToWorker) => {
    if (message.kind === 'keys') parts.keys.update(message.keys);
    else if (message.kind === 'spool') attachSpool(spool, message.port, post);
    else
      void receiver.drain(message.deadlineMs).then(() => {
        clearInterval(reporting);
        report();
        post({ kind: 'drained' });
      });
  });
  post({ kind: 'listening', port: receiver.port });
}

function partsOf(
  { limits, decode, keys, rateMemory }: WorkerStart,
  spool: SpoolLink,
  post: (message: FromWorker) => void,
): ReceiverParts {
  return {
    limits,
    decode,
    spool,
    keys: keyRing(keys, limits, rateMemory),
    budget: byteBudget(limits.maxBytesInFlight),
    tally: emptyTally(),
    logger: postingLogger(post),
    nowMs: systemClock.nowMs,
  };
}

/** Uses the spool behind `port` until the port closes, and then asks for another. */
function attachSpool(
  link: SpoolLink,
  port: MessagePort,
  post: (message: FromWorker) => void,
): void {
  link.attach(connectSpool(port));
  port.once('close', () => {
    link.lose();
    post({ kind: 'spool_lost' });
  });
}
