import type { MessagePort } from 'node:worker_threads';
import type { DiskSpool } from '../../../adapters/spool/disk-spool.ts';
import type { SpoolOutcome } from '../../../adapters/spool/spool.ts';
import type { FromSpool, ToSpool } from './spool-messages.ts';

/**
 * Serves one receiver. When its port closes, the connections behind it are gone: its entries whose
 * answer is not settled absorb their retries.
 */
export function serveSpool(spool: DiskSpool, port: MessagePort): void {
  const unsettled = new Set<number>();
  let outcomes: [number, SpoolOutcome][] = [];
  let open = true;

  /** Outcomes of one group commit travel together. */
  const reply = (id: number, outcome: SpoolOutcome) => {
    if (outcome.kind !== 'refused') {
      if (!open) return spool.unanswered(outcome.entry);
      unsettled.add(outcome.entry);
    }
    outcomes.push([id, outcome]);
    if (outcomes.length > 1) return;
    setImmediate(() => {
      const message: FromSpool = outcomes;
      outcomes = [];
      if (open) port.postMessage(message);
    });
  };

  port.on('message', (message: ToSpool) => {
    if (message.kind === 'append') {
      void spool.appendChecked(message.request).then((outcome) => reply(message.id, outcome));
      return;
    }
    for (const entry of message.answered) if (unsettled.delete(entry)) spool.answered(entry);
    for (const entry of message.unanswered) if (unsettled.delete(entry)) spool.unanswered(entry);
  });
  port.on('close', () => {
    open = false;
    for (const entry of unsettled) spool.unanswered(entry);
  });
}
