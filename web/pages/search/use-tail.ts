import { useEffect, useEffectEvent, useState } from 'react';
import type { ApiFailure } from '../../api/failure.ts';
import type { QueryBody, Row } from '../../api/shapes.ts';
import { followTail, type GapReason } from '../../api/tail.ts';
import { formatCount } from '../../ui/quantity.ts';
import { rowIdentity } from './row-identity.ts';
import { addArrivals, emptyTail, resumeTail } from './tail-buffer.ts';

/** So many of the search's newest rows are compared with arrivals, which may hold them too. */
const comparedRows = 500;

/** Follows arrivals for a query while `live`. */
export function useTail(query: QueryBody, live: boolean, searched: readonly Row[]) {
  const [tail, setTail] = useState(emptyTail);
  const [failure, setFailure] = useState<ApiFailure>();
  const { source, where, language } = query;
  const take = useEffectEvent((rows: Row[]) => {
    const shown = new Set(searched.slice(0, comparedRows).map(rowIdentity));
    setTail((before) => addArrivals(before, rows, shown));
  });

  useEffect(() => {
    setTail(emptyTail);
    setFailure(undefined);
    if (!live) return;
    const abort = new AbortController();
    void followTail(
      { source, where, language },
      '',
      {
        rows: (rows) => take(rows),
        gap: (reason, skipped) =>
          setTail((before) => ({ ...before, gap: describeGap(reason, skipped) })),
        state: setFailure,
      },
      abort.signal,
    );
    return () => abort.abort();
  }, [live, source, where, language]);

  return {
    ...tail,
    failure,
    pause: () => setTail((before) => (before.paused ? before : { ...before, paused: true })),
    resume: () => setTail(resumeTail),
    dismissGap: () => setTail((before) => ({ ...before, gap: undefined })),
  };
}

function describeGap(reason: GapReason, skipped: number | null): string {
  const rows = skipped === null ? 'Some rows' : `${formatCount(skipped)} rows`;
  const why: Record<GapReason, string> = {
    too_many: 'they arrived faster than a page can show them',
    too_slow: 'looking for them took too long',
    unknown_position: 'the connection was away for too long',
  };
  return `${rows} are left out: ${why[reason] ?? reason}. A search shows them.`;
}

export type Tail = ReturnType<typeof useTail>;
