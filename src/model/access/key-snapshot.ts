/**
 * The ingestion keys as the receivers need them: sent to the receiver threads at start and at each
 * change. Secrets are random and long, so a plain SHA-256 is a safe way to hold them.
 */
export interface KeySnapshot {
  /** False in open mode: requests without a key are taken, and carry key id ''. */
  readonly required: boolean;
  readonly keys: readonly {
    readonly id: string;
    readonly name: string;
    /** SHA-256 of each secret that works, lower-case hex, and until when (ms), null = no end. */
    readonly secrets: readonly { readonly sha256: string; readonly untilMs: number | null }[];
    readonly recordsPerSecond: number | null;
    readonly bytesPerSecond: number | null;
  }[];
}
