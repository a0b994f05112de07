import { limitSettings } from './limit-setting.ts';
import { durationMs, sizeBytes, whole } from './value-kinds.ts';

const mebibyte = 1_048_576;

const limit = limitSettings('otlp', 'otlp.limits', 'Receiver limits');

const bodies = {
  otlpMaxBodyBytes: limit(sizeBytes(1_024), {
    name: 'max body bytes',
    default: '20MiB',
    unit: 'size',
    doc: 'Largest body of an OTLP request as sent, before decompression.',
    whenReached: 'Refused with 413 / RESOURCE_EXHAUSTED.',
  }),
  otlpMaxDecodedBytes: limit(sizeBytes(1_024, 1_024 * mebibyte), {
    name: 'max decoded bytes',
    default: '32MiB',
    unit: 'size',
    doc: 'Largest body of an OTLP request after decompression.',
    whenReached: 'Refused with 413 / RESOURCE_EXHAUSTED; decompression stops there.',
  }),
  otlpMaxJsonBytes: limit(sizeBytes(1_024, 256 * mebibyte), {
    name: 'max json bytes',
    default: '16MiB',
    unit: 'size',
    doc: 'Largest JSON body after decompression.',
    whenReached: 'Refused with 413.',
  }),
  otlpMaxBytesInFlight: limit(sizeBytes(mebibyte), {
    name: 'max bytes in flight',
    default: '128MiB',
    unit: 'size',
    doc: 'Bytes of bodies and decoded records that one receiver holds at a time.',
    whenReached: 'Refused with 503 / UNAVAILABLE and a retry delay.',
  }),
};

const connections = {
  otlpMaxConcurrentRequests: limit(whole(1, 1_000_000), {
    name: 'max concurrent requests',
    default: '1000',
    unit: 'number',
    doc: 'Requests that one receiver works on at a time.',
    whenReached: 'Refused with 503 / UNAVAILABLE and a retry delay.',
  }),
  otlpMaxConnections: limit(whole(1, 1_000_000), {
    name: 'max connections',
    default: '2000',
    unit: 'number',
    doc: 'Open connections of one receiver.',
    whenReached: 'Further connections are closed at once.',
  }),
  otlpMaxStreamsPerConnection: limit(whole(1, 100_000), {
    name: 'max streams per connection',
    default: '128',
    unit: 'number',
    doc: 'Calls that one gRPC connection may have open.',
    whenReached: 'The client holds further calls back, or they are refused.',
  }),
  otlpMaxHeaderBytes: limit(sizeBytes(1_024, mebibyte), {
    name: 'max header bytes',
    default: '16KiB',
    unit: 'size',
    doc: 'All headers of a request together.',
    whenReached: 'Refused with 431, or the gRPC stream is refused.',
  }),
};

const times = {
  otlpHeadersTimeoutMs: limit(durationMs(100, 3_600_000), {
    name: 'headers timeout',
    default: '10s',
    unit: 'duration',
    doc: 'From the opening of a connection to the end of the headers.',
    whenReached: 'The connection is closed with 408.',
  }),
  otlpRequestTimeoutMs: limit(durationMs(100, 3_600_000), {
    name: 'request timeout',
    default: '30s',
    unit: 'duration',
    doc: 'How long a client may take to send a whole request.',
    whenReached: 'Refused with 408 / DEADLINE_EXCEEDED.',
  }),
  otlpIdleTimeoutMs: limit(durationMs(1_000, 86_400_000), {
    name: 'idle timeout',
    default: '2m',
    unit: 'duration',
    doc: 'How long a connection may stay without a request.',
    whenReached: 'The connection is closed.',
  }),
  otlpSpoolTimeoutMs: limit(durationMs(100, 3_600_000), {
    name: 'spool timeout',
    default: '30s',
    unit: 'duration',
    doc: 'How long writing one request to the spool may take.',
    whenReached: 'Refused with 503 / UNAVAILABLE; a retry of the same bytes is stored once.',
  }),
};

const rates = {
  otlpRecordsPerSecond: limit(whole(1, 1_000_000_000).optional(), {
    name: 'records per second',
    doc: 'Records a second for each ingestion key without a rate of its own, and for open mode. Unset: no limit.',
    unit: 'number',
    whenReached: 'Refused with 429 / RESOURCE_EXHAUSTED and a retry delay.',
  }),
  otlpBytesPerSecond: limit(sizeBytes(1).optional(), {
    name: 'bytes per second',
    doc: 'Decompressed bytes a second, likewise. Unset: no limit.',
    unit: 'size',
    whenReached: 'Refused with 429 / RESOURCE_EXHAUSTED and a retry delay.',
  }),
  otlpHeapMaxBytes: limit(sizeBytes(64 * mebibyte), {
    name: 'heap max bytes',
    default: '1GiB',
    unit: 'size',
    doc: 'JavaScript heap of one receiver thread.',
    whenReached:
      'The thread is started anew; what it had not acknowledged is sent again by the clients.',
  }),
};

/** Limits of the OTLP receivers; each counts for one receiver. */
export const receiverLimitSettings = { ...bodies, ...connections, ...times, ...rates };
