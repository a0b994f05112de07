import { useEffect, useMemo, useState } from 'react';
import type { RangeBody } from '../../api/shapes.ts';
import type { SearchState } from './search-state.ts';
import { resolveRange } from './time-range.ts';

/** While following, the histogram and the facets are counted anew this often. */
const slideEveryMs = 5_000;

const bodyOf = ({ source, where, language, range }: SearchState): RangeBody => ({
  source,
  where,
  language,
  ...resolveRange(range, Date.now()),
});

/**
 * What is asked for, with its window fixed at the moment of asking: histogram, facets and rows
 * speak of the same rows. Changes with the query, or on `again`.
 */
export function useRanBody(state: SearchState): { body: RangeBody; again(): void } {
  const { source, where, language, range } = state;
  const asked = JSON.stringify([source, where, language, range]);
  const [ran, setRan] = useState(() => ({ asked, body: bodyOf(state) }));
  if (ran.asked !== asked) setRan({ asked, body: bodyOf(state) });
  return { body: ran.body, again: () => setRan({ asked, body: bodyOf(state) }) };
}

/** The same, its window moving on while following. */
export function useSlidingBody(body: RangeBody, state: SearchState): RangeBody {
  const [ticks, setTicks] = useState(0);
  const slides = state.live && state.range.kind === 'last';
  useEffect(() => {
    if (!slides) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setTicks((before) => before + 1);
    }, slideEveryMs);
    return () => clearInterval(timer);
  }, [slides]);
  const { range } = state;
  return useMemo(
    () => (slides && ticks > 0 ? { ...body, ...resolveRange(range, Date.now()) } : body),
    [body, slides, ticks, range],
  );
}
