import type { CastellanConfig } from '../../model/config/castellan-config.ts';

/** The limits of the receivers, by their own names. */
export const receiverLimitsOf = (config: CastellanConfig) => ({
  maxBodyBytes: config.otlpMaxBodyBytes,
  maxDecodedBytes: config.otlpMaxDecodedBytes,
  maxJsonBytes: config.otlpMaxJsonBytes,
  maxBytesInFlight: config.otlpMaxBytesInFlight,
  maxConcurrentRequests: config.otlpMaxConcurrentRequests,
  maxConnections: config.otlpMaxConnections,
  maxStreamsPerConnection: config.otlpMaxStreamsPerConnection,
  maxHeaderBytes: config.otlpMaxHeaderBytes,
  headersTimeoutMs: config.otlpHeadersTimeoutMs,
  requestTimeoutMs: config.otlpRequestTimeoutMs,
  idleTimeoutMs: config.otlpIdleTimeoutMs,
  spoolTimeoutMs: config.otlpSpoolTimeoutMs,
  recordsPerSecond: config.otlpRecordsPerSecond ?? null,
  bytesPerSecond: config.otlpBytesPerSecond ?? null,
  heapMaxBytes: config.otlpHeapMaxBytes,
});

/** The limits of searching, by their own names. */
export const searchLimitsOf = (config: CastellanConfig) => ({
  searchTimeoutMs: config.searchTimeoutMs,
  sqlTimeoutMs: config.searchSqlTimeoutMs,
  memoryBytes: config.searchMemoryBytes,
  answerBytes: config.searchAnswerBytes,
  sampleRows: config.searchSampleRows,
  traceRows: config.searchTraceRows,
  tails: config.searchTails,
  tailRows: config.searchTailRows,
  tailBytes: config.searchTailBytes,
  histogramSeries: config.searchHistogramSeries,
  statements: config.searchStatements,
  waitingStatements: config.searchWaitingStatements,
  stalledClientMs: config.searchClientTimeoutMs,
});

/** How long each kind of record is kept, 0 = for ever. */
export const retentionOf = (config: CastellanConfig) => ({
  logs: config.retentionLogsMs,
  traces: config.retentionTracesMs,
  metrics: config.retentionMetricsMs,
  sessions: config.retentionSessionsMs,
});
