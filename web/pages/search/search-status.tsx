import { Button, Progress } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatElapsed, formatShort } from '../../ui/quantity.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from './results.module.css';
import type { ShownFeed } from './use-search-feed.ts';

/** A search that is quicker than this shows no progress: it would only flicker. */
const showAfterMs = 250;

/** What the search is doing, or did: progress and Cancel, then its cost. */
export function SearchStatus({ feed }: { feed: ShownFeed }) {
  if (feed.status === 'running' || feed.status === 'idle') return <Running feed={feed} />;
  const cost = `${formatShort(feed.rowsRead)} rows, ${formatBytes(feed.bytesRead)} read`;
  if (feed.status === 'cancelled')
    return <span className={classes.status}>Cancelled. What had arrived is shown.</span>;
  if (feed.status === 'failed' || feed.meta === undefined) return <span />;
  return (
    <span className={classes.status} title="Of the last page asked for; reads are of all pages">
      {formatElapsed(feed.meta.elapsedMs)} · {cost}
    </span>
  );
}

function Running({ feed }: { feed: ShownFeed }) {
  const elapsedMs = useElapsed(feed.startedMs);
  const zone = usePreference('zone');
  if (elapsedMs < showAfterMs) return <span className={classes.status}>Searching…</span>;
  const { progress } = feed;
  return (
    <span className={classes.status} role="status">
      <Progress
        value={(progress?.fraction ?? 0) * 100}
        size={4}
        className={classes.progress!}
        aria-label="Share of the time range searched"
        transitionDuration={150}
      />
      <span>
        {progress
          ? `Back to ${formatTime(progress.searchedTo, zone, 0)} ${zoneOffset(zone, Date.parse(progress.searchedTo))} · ${formatShort(progress.rowsRead)} rows, ${formatBytes(progress.bytesRead)} read · `
          : 'Searching… '}
        {formatElapsed(elapsedMs)}
      </span>
      <Button
        variant="default"
        size="compact-xs"
        leftSection={<IconX size={12} />}
        onClick={feed.cancel}
      >
        Cancel
      </Button>
    </span>
  );
}

function useElapsed(startedMs: number): number {
  const [now, setNow] = useState(startedMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return startedMs === 0 ? 0 : Math.max(0, now - startedMs);
}
