import type { Spool, SpoolOutcome, SpoolRequest } from '../../../../adapters/spool/spool.ts';

/** A spool in memory that shows what it was given, for tests of the receivers alone. */
export interface MemorySpool extends Spool {
  readonly requests: SpoolRequest[];
  readonly answeredEntries: number[];
  readonly unansweredEntries: number[];
  /** What the next appends become; default `kept`. */
  respond: (request: SpoolRequest, entry: number) => Promise<SpoolOutcome>;
}

export function memorySpool(): MemorySpool {
  const spool: MemorySpool = {
    requests: [],
    answeredEntries: [],
    unansweredEntries: [],
    respond: (_request, entry) => Promise.resolve({ kind: 'kept', entry }),
    append(request) {
      spool.requests.push(request);
      return spool.respond(request, spool.requests.length);
    },
    answered: (entry) => void spool.answeredEntries.push(entry),
    unanswered: (entry) => void spool.unansweredEntries.push(entry),
  };
  return spool;
}
