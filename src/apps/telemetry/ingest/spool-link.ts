import type { Spool, SpoolOutcome, SpoolRequest } from '../../../adapters/spool/spool.ts';

/** A spool that may go away and come back: requests meanwhile are refused, to be tried again. */
export interface SpoolLink extends Spool {
  /** Uses `spool` from now on. */
  attach(spool: Spool): void;
  /** The spool is gone; what waits for it is refused. */
  lose(): void;
}

interface Attachment {
  readonly spool: Spool;
  readonly lost: PromiseWithResolvers<void>;
}

const away = (retryAfterMs: number): SpoolOutcome => ({
  kind: 'refused',
  reason: 'spool_failed',
  message: 'The spool is being restarted; try again later.',
  retryAfterMs,
});

/**
 * A link without a spool yet. Entries get numbers of the link's own, so that a mark can only reach
 * the spool that the entry came from: a restarted spool treats what it finds as unanswered.
 */
export function spoolLink(retryAfterMs: number): SpoolLink {
  let current: Attachment | undefined;
  let lastEntry = 0;
  const entries = new Map<number, { spool: Spool; entry: number }>();

  const mark = (entry: number, how: (spool: Spool, entry: number) => void) => {
    const known = entries.get(entry);
    entries.delete(entry);
    if (known && known.spool === current?.spool) how(known.spool, known.entry);
  };

  return {
    attach(spool) {
      current = { spool, lost: Promise.withResolvers() };
    },
    lose() {
      current?.lost.resolve();
      current = undefined;
      entries.clear();
    },
    async append(request: SpoolRequest) {
      const attachment = current;
      if (!attachment) return away(retryAfterMs);
      const { spool, lost } = attachment;
      const outcome = await Promise.race([spool.append(request), lost.promise]);
      if (outcome === undefined) return away(retryAfterMs);
      if (outcome.kind === 'refused') return outcome;
      lastEntry += 1;
      entries.set(lastEntry, { spool, entry: outcome.entry });
      return { kind: outcome.kind, entry: lastEntry };
    },
    answered: (entry) => mark(entry, (spool, own) => spool.answered(own)),
    unanswered: (entry) => mark(entry, (spool, own) => spool.unanswered(own)),
  };
}
