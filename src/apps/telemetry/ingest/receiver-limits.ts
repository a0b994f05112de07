const mebibyte = 1_048_576;

/**
 * Every limit of a receiver. Both receivers have their own copy: a limit of bytes or of requests
 * counts for one receiver thread. What happens when one is reached is in docs/receivers.md.
 */
export interface ReceiverLimits {
  /** Largest body as sent, before decompression. 413 / RESOURCE_EXHAUSTED. */
  readonly maxBodyBytes: number;
  /** Largest body after decompression. 413 / RESOURCE_EXHAUSTED. */
  readonly maxDecodedBytes: number;
  /** Largest JSON body after decompression; parsed JSON takes many times its size. 413. */
  readonly maxJsonBytes: number;
  /**
   * Rows that one request may unfold to, in bytes: each row repeats the attributes of its resource.
   * 413 / RESOURCE_EXHAUSTED.
   */
  readonly maxUnfoldedBytes: number;
  /** Bytes of bodies and blocks held at one moment. 503 / UNAVAILABLE with a retry delay. */
  readonly maxBytesInFlight: number;
  /** Requests being received, decoded or spooled at one moment. 503 / UNAVAILABLE. */
  readonly maxConcurrentRequests: number;
  /** Open connections. Further ones are closed at once. */
  readonly maxConnections: number;
  /** Streams that one gRPC connection may have open. Further ones wait or are refused. */
  readonly maxStreamsPerConnection: number;
  /** All headers of a request. 431, or the gRPC stream is refused. */
  readonly maxHeaderBytes: number;
  /** From a connection's first byte (or its opening) to the end of the headers. 408. */
  readonly headersTimeoutMs: number;
  /** From a request's first byte to its last. 408 / DEADLINE_EXCEEDED. */
  readonly requestTimeoutMs: number;
  /** How long a connection may stay without a request. Closed. */
  readonly idleTimeoutMs: number;
  /** How long the spool may take for one request. 503 / UNAVAILABLE. */
  readonly spoolTimeoutMs: number;
  /** Retry delay that an overloaded receiver asks for. */
  readonly overloadRetryMs: number;
  /** Records a second for keys without a rate of their own, and for open mode; null = no limit. */
  readonly recordsPerSecond: number | null;
  /** Decompressed bytes a second, as above. 429 / RESOURCE_EXHAUSTED with a retry delay. */
  readonly bytesPerSecond: number | null;
  /** JavaScript heap of a receiver thread. Beyond it the thread is restarted. */
  readonly heapMaxBytes: number;
}

/**
 * The defaults. The OpenTelemetry Collector takes bodies of 20 MiB; SDKs send batches of 512
 * records, which is well below 1 MiB.
 */
export const defaultReceiverLimits: ReceiverLimits = {
  maxBodyBytes: 20 * mebibyte,
  maxDecodedBytes: 32 * mebibyte,
  maxJsonBytes: 16 * mebibyte,
  maxUnfoldedBytes: 128 * mebibyte,
  maxBytesInFlight: 128 * mebibyte,
  maxConcurrentRequests: 1_000,
  maxConnections: 2_000,
  maxStreamsPerConnection: 128,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 120_000,
  spoolTimeoutMs: 30_000,
  overloadRetryMs: 1_000,
  recordsPerSecond: null,
  bytesPerSecond: null,
  heapMaxBytes: 1_024 * mebibyte,
};
