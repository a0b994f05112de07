/** Counts the bytes that a receiver holds at one moment, against a limit. */
export interface ByteBudget {
  /** Bytes held now. */
  readonly held: () => number;
  /** Takes `bytes`, or takes nothing and returns false where they do not fit. */
  take(bytes: number): boolean;
  /** Counts bytes that exist already, even beyond the limit: then the next `take` fails. */
  add(bytes: number): void;
  give(bytes: number): void;
}

/** A budget of `limitBytes`. */
export function byteBudget(limitBytes: number): ByteBudget {
  let held = 0;
  return {
    held: () => held,
    take(bytes) {
      if (held + bytes > limitBytes) return false;
      held += bytes;
      return true;
    },
    add(bytes) {
      held += bytes;
    },
    give(bytes) {
      held -= bytes;
      if (held < 0) throw new Error('more bytes were given back than were taken');
    },
  };
}
