/** What one request may cost. Each is an option; what happens when it is reached stands beside it. */
export interface SearchLimits {
  /** A search then gives out what it has, with a cursor to go on; if that is nothing, `timeout`. */
  readonly searchTimeoutMs: number;
  /** `timeout`. */
  readonly sqlTimeoutMs: number;
  /** Memory of one statement in the store; `limit_exceeded`. */
  readonly memoryBytes: number;
  /** Statements of searches that the store runs at a time; more wait. */
  readonly statements: number;
  /** Statements that may wait; the next one gets `rate_limited`. */
  readonly waitingStatements: number;
  /** Size of one answer; the page ends there, with a cursor. SQL: `complete` is false. */
  readonly answerBytes: number;
  /** Rows read to count facets and values without an index; the counts are then `sampled`. */
  readonly sampleRows: number;
  /** Spans, and logs, of one trace; `complete` is false. */
  readonly traceRows: number;
  /** Values counted one by one in a histogram's `groupBy`; the rest is summed up as `other`. */
  readonly histogramSeries: number;
  /** Tails open at once; the next one gets `rate_limited`. */
  readonly tails: number;
  /** Rows of one `rows` event of a tail; more become a `gap`. */
  readonly tailRows: number;
  /** Size of one `rows` event of a tail; what goes beyond becomes a `gap`. */
  readonly tailBytes: number;
  /** How often a tail looks for new rows, when nothing tells it that some were stored. */
  readonly tailPollMs: number;
  /** A stream that has nothing to say says so this often. */
  readonly heartbeatMs: number;
  readonly tailPingMs: number;
  /** A client of a stream that takes nothing for so long is cut off. */
  readonly stalledClientMs: number;
}

export const defaultSearchLimits: SearchLimits = {
  searchTimeoutMs: 30_000,
  sqlTimeoutMs: 60_000,
  memoryBytes: 1 << 30,
  // Half of what the embedded engine runs at a time: inserting keeps the other half.
  statements: 4,
  waitingStatements: 200,
  answerBytes: 64 << 20,
  // ClickStack samples 3 M rows for its facets; a third of it suits a small machine.
  sampleRows: 1_000_000,
  traceRows: 10_000,
  histogramSeries: 10,
  tails: 100,
  tailRows: 1_000,
  tailBytes: 4 << 20,
  tailPollMs: 2_000,
  heartbeatMs: 1_000,
  tailPingMs: 15_000,
  stalledClientMs: 60_000,
};
