import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Addresses = readonly LookupAddress[];
type Waiter = (error: NodeJS.ErrnoException | null, addresses: Addresses) => void;

/** How long an address is used without asking anew. */
const freshMs = 30_000;
/** How long a new answer is waited for where an old one is known. */
const patienceMs = 1_000;

interface Known {
  readonly addresses: Addresses;
  readonly atMs: number;
}

/**
 * The system's name service blocks one of the process's few worker threads for each question. So a
 * host is asked for once at a time, an answer serves for half a minute, and an old answer serves
 * where the name service does not answer in a second.
 */
export function cachedLookup(
  ask: (host: string, done: Waiter) => void,
  nowMs: () => number,
): LookupFunction {
  const known = new Map<string, Known>();
  const asking = new Map<string, Waiter[]>();

  const refresh = (host: string, waiter: Waiter): void => {
    const waiting = asking.get(host);
    if (waiting) {
      waiting.push(waiter);
      return;
    }
    const waiters = [waiter];
    asking.set(host, waiters);
    ask(host, (error, addresses) => {
      asking.delete(host);
      if (!error) known.set(host, { addresses, atMs: nowMs() });
      for (const each of waiters) each(error, addresses);
    });
  };

  const resolve = (host: string, done: Waiter): void => {
    const old = known.get(host);
    if (old === undefined) {
      refresh(host, done);
      return;
    }
    if (nowMs() - old.atMs < freshMs) {
      done(null, old.addresses);
      return;
    }
    let open = true;
    const once: Waiter = (error, addresses) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      done(error, addresses);
    };
    const timer = setTimeout(() => once(null, old.addresses), patienceMs);
    refresh(host, once);
  };

  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error) callback(error, '', 0);
      else if (options.all) callback(null, [...addresses]);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    });
  };
}

/** One for the process: nodes of a host share the answers. */
export const sharedLookup: LookupFunction = cachedLookup(
  (host, done) =>
    lookup(host, { all: true }, (error, addresses) => done(error, error ? [] : addresses)),
  Date.now,
);
