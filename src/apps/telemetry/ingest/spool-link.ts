import type { Spool, SpoolRequest } from '../../../adapters/spool/spool.ts';

/** A spool that may go away and come back: requests meanwhile are refused, to be tried again. */
export interface SpoolLink extends Spool {
  /** Uses `spool` from now on. */
  attach(spool: Spool): void;
  /** The spool is gone. */
  lose(): void;
}

/**
 * A link without a spool yet. Entries get numbers of the link's own, so that a mark can only reach
 * the spool that the entry came from: a restarted one treats what it finds as unanswered.
 */
export function spoolLink(retryAfterMs: number): SpoolLink {
  let current: Spool | undefined;
  let lastEntry = 0;
  const unmarked = new Map<number, { readonly spool: Spool; readonly entry: number }>();

  const mark = (entry: number, how: 'answered' | 'unanswered') => {
    const known = unmarked.get(entry);
    unmarked.delete(entry);
    if (known && known.spool === current) current[how](known.entry);
  };

  return {
    attach(spool) {
      current = spool;
    },
    lose() {
      current = undefined;
    },
    async append(request: SpoolRequest) {
      const spool = current;
      if (!spool)
        return {
          kind: 'refused',
          reason: 'spool_failed',
          message: 'The spool is being restarted; try again later.',
          retryAfterMs,
        };
      const outcome = await spool.append(request);
      if (outcome.kind === 'refused') return outcome;
      lastEntry += 1;
      unmarked.set(lastEntry, { spool, entry: outcome.entry });
      return { kind: outcome.kind, entry: lastEntry };
    },
    answered: (entry) => mark(entry, 'answered'),
    unanswered: (entry) => mark(entry, 'unanswered'),
  };
}
