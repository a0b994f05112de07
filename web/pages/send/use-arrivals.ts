import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { statusQuery } from '../../api/status.ts';
import { followTail } from '../../api/tail.ts';
import {
  addArrivedRows,
  countRefusals,
  countStored,
  noArrivals,
  refusedSince,
  type StoredRows,
} from './arrivals.ts';

/** Follows logs and spans as they arrive, and counts what is stored and refused meanwhile. */
export function useArrivals() {
  const [arrivals, setArrivals] = useState(noArrivals);
  const [trouble, setTrouble] = useState<string>();
  useEffect(() => {
    const abort = new AbortController();
    for (const source of ['logs', 'traces'] as const)
      void followTail(
        { source, where: '', language: 'lucene' },
        '',
        {
          rows: (rows) => setArrivals((before) => addArrivedRows(before, source, rows)),
          gap: (_, skipped) =>
            setArrivals((before) => ({ ...before, [source]: before[source] + (skipped ?? 0) })),
          state: (failure) => setTrouble(failure?.message),
        },
        abort.signal,
      );
    return () => abort.abort();
  }, []);
  return { arrivals, trouble, ...useStoredSince() };
}

/** Of the store: what it held when the page was opened, and what came since. */
function useStoredSince() {
  const status = useQuery(statusQuery).data;
  const [first, setFirst] = useState<typeof status>();
  if (status !== undefined && first === undefined) setFirst(status);
  if (status === undefined || first === undefined)
    return { stored: undefined, metrics: 0, refused: [] };
  const stored: StoredRows = countStored(status);
  return {
    stored,
    metrics: Math.max(0, stored.metrics - countStored(first).metrics),
    refused: refusedSince(countRefusals(status), countRefusals(first)),
  };
}
