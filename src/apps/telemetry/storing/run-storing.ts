import { setTimeout as pause } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Store } from '../../../adapters/clickhouse/store.ts';
import type { StoreConnection } from '../../../adapters/clickhouse/store-connection.ts';
import { DeadLetters } from '../../../adapters/spool/dead-letters.ts';
import { type DiskSpool, openSpool } from '../../../adapters/spool/disk-spool.ts';
import { postingLogger } from '../posted-log.ts';
import { segmentStore } from './insert-range.ts';
import { Inserter } from './inserter.ts';
import { serveSpool } from './serve-spool.ts';
import type {
  FromStoring,
  ReplayOutcome,
  StoringCall,
  StoringCalls,
  StoringOptions,
  ToStoring,
} from './storing-messages.ts';

/** The life of the storing thread: called once by the thread's entry file. */
export async function runStoring(connect: (connection: StoreConnection) => Store): Promise<void> {
  if (!parentPort) throw new Error('storing runs in a worker thread');
  const main = parentPort;
  const post = (message: FromStoring) => main.postMessage(message);
  try {
    const options = workerData as StoringOptions;
    const logger = postingLogger(post);
    const deadLetters = new DeadLetters(
      options.deadLetters.folder,
      options.deadLetters.maxBytes,
      logger,
    );
    await deadLetters.open();
    const spool = await openSpool(options.spool, logger);
    const store = connect(options.store);
    const inserter = new Inserter({
      shelf: spool.shelf,
      store: segmentStore(store),
      deadLetters,
      logger,
      parallelInserts: options.parallelInserts,
      retry: options.retry,
      onStored: (stored) => post({ kind: 'stored', stored }),
    });
    inserter.start();
    serve(main, storingCalls({ spool, store, inserter, deadLetters, options }), spool, post);
    post({ kind: 'ready' });
  } catch (error) {
    post({ kind: 'failed', error: error instanceof Error ? error.message : String(error) });
    main.close();
  }
}

interface Parts {
  readonly spool: DiskSpool;
  readonly store: Store;
  readonly inserter: Inserter;
  readonly deadLetters: DeadLetters;
  readonly options: StoringOptions;
}

function storingCalls({ spool, store, inserter, deadLetters, options }: Parts): StoringCalls {
  return {
    status: async () => ({
      spool: spool.status(),
      inserts: inserter.status(),
      deadLetters: deadLetters.status(),
    }),
    listDeadLetters: () => deadLetters.list(),
    deleteDeadLetter: (id) => deadLetters.delete(id),
    async replayDeadLetter(id, waitMs): Promise<ReplayOutcome> {
      const moved = await deadLetters.moveToSpool(id, options.spool.folder);
      if (!moved) return 'not_found';
      const end = inserter.endOf(id);
      await spool.adopt(moved.folder, id, moved.signal);
      return Promise.race([end, pause(waitMs, 'queued' as const)]);
    },
    async drain(deadlineMs) {
      const start = Date.now();
      await spool.drain();
      const done = await inserter.settle(deadlineMs - (Date.now() - start));
      await inserter.stop();
      await spool.close();
      await store.close();
      return done;
    },
  };
}

function serve(
  main: MessagePort,
  calls: StoringCalls,
  spool: DiskSpool,
  post: (message: FromStoring) => void,
): void {
  main.on('message', (message: ToStoring) => {
    if (message.kind === 'connect') return serveSpool(spool, message.port);
    answer(calls, message).then(
      (value) => post({ kind: 'result', id: message.id, value }),
      (error: unknown) =>
        post({
          kind: 'error',
          id: message.id,
          message: error instanceof Error ? error.message : String(error),
        }),
    );
  });
}

function answer(calls: StoringCalls, call: StoringCall): Promise<unknown> {
  switch (call.name) {
    case 'status':
      return calls.status();
    case 'listDeadLetters':
      return calls.listDeadLetters();
    case 'replayDeadLetter':
      return calls.replayDeadLetter(...call.args);
    case 'deleteDeadLetter':
      return calls.deleteDeadLetter(...call.args);
    case 'drain':
      return calls.drain(...call.args);
  }
}
