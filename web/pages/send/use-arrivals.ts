import { useEffect, useState } from 'react';
import type { Row, Source } from '../../api/shapes.ts';
import { followTail } from '../../api/tail.ts';
import { textOf } from '../../table/field-value.ts';

/** What has arrived since the page was opened. */
export interface Arrivals {
  readonly logs: number;
  readonly traces: number;
  readonly services: readonly string[];
  /** The newest record, as one line. */
  readonly latest: string | undefined;
  /** Why arrivals cannot be followed just now. */
  readonly trouble: string | undefined;
}

const none: Arrivals = { logs: 0, traces: 0, services: [], latest: undefined, trouble: undefined };

/** Follows logs and spans as they arrive. */
export function useArrivals(): Arrivals {
  const [arrivals, setArrivals] = useState(none);
  useEffect(() => {
    const abort = new AbortController();
    for (const source of ['logs', 'traces'] as const)
      void followTail(
        { source, where: '', language: 'lucene' },
        '',
        {
          rows: (rows) => setArrivals((before) => addRows(before, source, rows)),
          gap: (_, skipped) =>
            setArrivals((before) => ({ ...before, [source]: before[source] + (skipped ?? 0) })),
          state: (failure) => setArrivals((before) => ({ ...before, trouble: failure?.message })),
        },
        abort.signal,
      );
    return () => abort.abort();
  }, []);
  return arrivals;
}

function addRows(before: Arrivals, source: Source, rows: readonly Row[]): Arrivals {
  const newest = rows.at(-1);
  if (newest === undefined) return before;
  const services = rows.map((row) => textOf(row, 'ServiceName') || '(no service name)');
  return {
    ...before,
    [source]: before[source] + rows.length,
    services: [...new Set([...before.services, ...services])],
    latest: textOf(newest, source === 'logs' ? 'Body' : 'SpanName'),
  };
}
