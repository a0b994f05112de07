import { useEffect, useState, useSyncExternalStore } from 'react';
import type { RangeBody, Row } from '../../api/shapes.ts';
import { type FeedState, SearchFeed } from './search-feed.ts';

export interface ShownFeed extends FeedState {
  /** The rows are still those of the search before. */
  readonly stale: boolean;
  more(): void;
  cancel(): void;
}

/**
 * The rows of a search. Until the first ones of a new search arrive, those before it stay, so that
 * the page does not blink.
 */
export function useSearchFeed(body: RangeBody): ShownFeed {
  const [held, setHeld] = useState(() => ({ feed: new SearchFeed(body), before: noRows }));
  if (held.feed.body !== body) {
    const sameSource = held.feed.body.source === body.source;
    setHeld({ feed: new SearchFeed(body), before: sameSource ? rowsOf(held) : noRows });
  }
  const { feed } = held;
  useEffect(() => {
    feed.start();
    return feed.dispose;
  }, [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.snapshot);
  const stale = isWaiting(state) && held.before.length > 0;
  return {
    ...state,
    rows: stale ? held.before : state.rows,
    stale,
    more: feed.more,
    cancel: feed.cancel,
  };
}

const noRows: readonly Row[] = [];
const isWaiting = ({ status, rows }: FeedState): boolean =>
  (status === 'idle' || status === 'running') && rows.length === 0;

function rowsOf(held: { feed: SearchFeed; before: readonly Row[] }): readonly Row[] {
  const state = held.feed.snapshot();
  return isWaiting(state) ? held.before : state.rows;
}
