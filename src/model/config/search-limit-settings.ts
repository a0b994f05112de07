import { limitSettings } from './limit-setting.ts';
import { durationMs, sizeBytes, whole } from './value-kinds.ts';

const mebibyte = 1_048_576;

const limit = limitSettings('search', 'search', 'Search limits');

/** What one search may cost. */
export const searchLimitSettings = {
  searchTimeoutMs: limit(durationMs(100, 3_600_000), {
    name: 'timeout',
    default: '30s',
    unit: 'duration',
    doc: 'How long one search may take.',
    whenReached:
      'It gives what it has, with a cursor to go on; if that is nothing, the error timeout.',
  }),
  searchSqlTimeoutMs: limit(durationMs(100, 3_600_000), {
    name: 'sql timeout',
    default: '1m',
    unit: 'duration',
    doc: 'How long one statement of POST /sql may take.',
    whenReached: 'It is stopped with the error timeout.',
  }),
  searchMemoryBytes: limit(sizeBytes(16 * mebibyte), {
    name: 'memory bytes',
    default: '1GiB',
    unit: 'size',
    doc: 'Memory that one statement may take in the store.',
    whenReached: 'It is stopped with the error limit_exceeded.',
  }),
  searchAnswerBytes: limit(sizeBytes(65_536, 1_024 * mebibyte), {
    name: 'answer bytes',
    default: '64MiB',
    unit: 'size',
    doc: 'Size of one answer.',
    whenReached: 'The answer ends there, with a cursor; for SQL, complete is false.',
  }),
  searchSampleRows: limit(whole(1_000, 1_000_000_000), {
    name: 'sample rows',
    default: '1000000',
    unit: 'number',
    doc: 'Rows read to count facets and values that have no roll-up.',
    whenReached: 'The counts come from that many rows, and sampled is true.',
  }),
  searchTraceRows: limit(whole(1, 1_000_000), {
    name: 'trace rows',
    default: '10000',
    unit: 'number',
    doc: 'Spans, and likewise logs, of one trace.',
    whenReached: 'The rest is left out, and complete is false.',
  }),
  searchHistogramSeries: limit(whole(1, 1_000), {
    name: 'histogram series',
    default: '10',
    unit: 'number',
    doc: 'Values that a grouped histogram counts one by one.',
    whenReached: 'The rest is summed up as other.',
  }),
  searchStatements: limit(whole(1, 1_000), {
    name: 'statements',
    default: '4',
    unit: 'number',
    doc: 'Statements of searches that the store runs at a time; the embedded engine runs 8 in all.',
    whenReached: 'More wait for their turn.',
  }),
  searchWaitingStatements: limit(whole(1, 100_000), {
    name: 'waiting statements',
    default: '200',
    unit: 'number',
    doc: 'Statements that wait for their turn.',
    whenReached: 'The next one is refused with 429 and Retry-After.',
  }),
  searchClientTimeoutMs: limit(durationMs(1_000, 3_600_000), {
    name: 'client timeout',
    default: '1m',
    unit: 'duration',
    doc: 'How long the reader of a stream may take nothing.',
    whenReached: 'The connection is closed.',
  }),
  searchTails: limit(whole(1, 10_000), {
    name: 'tails',
    default: '100',
    unit: 'number',
    doc: 'Live tails that are open at a time.',
    whenReached: 'The next one is refused with 429 and Retry-After.',
  }),
  searchTailRows: limit(whole(1, 100_000), {
    name: 'tail rows',
    default: '1000',
    unit: 'number',
    doc: 'Rows of one event of a live tail.',
    whenReached: 'More rows become a gap, which says how many.',
  }),
  searchTailBytes: limit(sizeBytes(65_536, 1_024 * mebibyte), {
    name: 'tail bytes',
    default: '4MiB',
    unit: 'size',
    doc: 'Size of one event of a live tail.',
    whenReached: 'More rows become a gap, which says how many.',
  }),
};
