import type { Grouping, QueryNumbers, QuerySort } from '../../api/queries.ts';
import { formatBytes, formatElapsed, formatSeconds, formatShort } from '../../ui/quantity.ts';

export const groupingNames: Readonly<Record<Grouping, string>> = {
  fingerprint: 'Fingerprint',
  user: 'User',
  table: 'Table',
  kind: 'Kind',
  error: 'Error',
  node: 'Node',
};

/** `–` where it is not known. */
export const showMs = (ms: number | null): string =>
  ms === null ? '–' : ms < 60_000 ? formatElapsed(ms) : formatSeconds(Math.round(ms / 1_000));
export const showBytes = (bytes: number | null): string =>
  bytes === null ? '–' : formatBytes(bytes);

/** `0 %`, `<0.1 %`, `2.4 %`, `100 %`. */
export function showShare(share: number): string {
  if (share === 0) return '0 %';
  if (share < 0.001) return '<0.1 %';
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** A column of numbers, and what it is sorted by. */
export interface NumberColumn {
  readonly sort: QuerySort;
  readonly title: string;
  readonly about: string;
  readonly show: (numbers: QueryNumbers) => string;
}

export const numberColumns: readonly NumberColumn[] = [
  {
    sort: 'runs',
    title: 'Runs',
    about: 'Queries that ended',
    show: ({ runs }) => formatShort(runs),
  },
  {
    sort: 'failed',
    title: 'Failed',
    about: 'Share of them that failed; sorted by how many',
    show: ({ failed, errorRate }) => (failed === 0 ? '–' : showShare(errorRate)),
  },
  {
    sort: 'total',
    title: 'Total',
    about: 'Time of all runs together',
    show: ({ totalMs }) => showMs(totalMs),
  },
  { sort: 'p50', title: 'p50', about: 'Median duration', show: ({ p50Ms }) => showMs(p50Ms) },
  {
    sort: 'p95',
    title: 'p95',
    about: 'Duration that 95 % of those that finished stay under',
    show: ({ p95Ms }) => showMs(p95Ms),
  },
  {
    sort: 'p99',
    title: 'p99',
    about: 'Duration that 99 % of those that finished stay under',
    show: ({ p99Ms }) => showMs(p99Ms),
  },
  {
    sort: 'readRows',
    title: 'Rows read',
    about: 'Rows read by all runs',
    show: ({ readRows }) => formatShort(readRows),
  },
  {
    sort: 'readBytes',
    title: 'Bytes read',
    about: 'Bytes read by all runs, uncompressed',
    show: ({ readBytes }) => formatBytes(readBytes),
  },
  {
    sort: 'writtenRows',
    title: 'Rows written',
    about: 'Rows written by all runs',
    show: ({ writtenRows }) => (writtenRows === 0 ? '–' : formatShort(writtenRows)),
  },
  {
    sort: 'memory',
    title: 'Memory',
    about: 'Peak of the run that took the most',
    show: ({ memoryBytes }) => showBytes(memoryBytes),
  },
  {
    sort: 'cpu',
    title: 'CPU',
    about: 'Processor time of all runs',
    show: ({ cpuMs }) => showMs(cpuMs),
  },
];

/** `60 UNKNOWN_TABLE`. */
export const showError = ({ code, name }: { code: number; name: string }): string =>
  name === '' ? `code ${code}` : `${code} ${name}`;
