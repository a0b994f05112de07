import { IconCircleCheckFilled, IconRadar2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { histogramQuery } from '../../api/search.ts';
import type { Source } from '../../api/shapes.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { formatCount } from '../../ui/quantity.ts';
import { resolveRange } from '../search/time-range.ts';
import classes from './first-record.module.css';
import { type Arrivals, useArrivals } from './use-arrivals.ts';

/** Waits for the first record, and says so when it is there. */
export function FirstRecord() {
  const arrivals = useArrivals();
  const arrived = arrivals.logs + arrivals.traces > 0;
  return (
    <section className={classes.card} data-arrived={arrived || undefined} aria-live="polite">
      {arrived ? <Arrived arrivals={arrivals} /> : <Waiting trouble={arrivals.trouble} />}
    </section>
  );
}

function Waiting({ trouble }: { trouble: string | undefined }) {
  const logs = useRecentTotal('logs');
  const spans = useRecentTotal('traces');
  const some = (logs ?? 0) + (spans ?? 0) > 0;
  return (
    <>
      <span className={classes.radar} aria-hidden>
        <IconRadar2 size={22} />
      </span>
      <div className={classes.words}>
        <h2>{some ? 'Waiting for new data' : 'Waiting for the first record'}</h2>
        <p className="quiet">
          {trouble ??
            (some
              ? `${formatCount(logs ?? 0)} log records and ${formatCount(spans ?? 0)} spans came in the last 15 minutes.`
              : 'Paste a snippet below. What arrives shows up here within a second or two.')}
        </p>
      </div>
      {some ? (
        <LinkButton variant="default" to="/search" search={logs === 0 ? { source: 'traces' } : {}}>
          Search
        </LinkButton>
      ) : null}
    </>
  );
}

function Arrived({ arrivals }: { arrivals: Arrivals }) {
  const { logs, traces, services, latest } = arrivals;
  const counts = [
    ...(logs > 0 ? [`${formatCount(logs)} log record${logs === 1 ? '' : 's'}`] : []),
    ...(traces > 0 ? [`${formatCount(traces)} span${traces === 1 ? '' : 's'}`] : []),
  ];
  const shown = services.slice(0, 6);
  return (
    <>
      <IconCircleCheckFilled size={30} className={classes.check} aria-hidden />
      <div className={classes.words}>
        <h2>Data is arriving</h2>
        <p>
          <b className="numbers">{counts.join(' and ')}</b> from {shown.join(', ')}
          {services.length > shown.length ? ` and ${services.length - shown.length} more` : ''}{' '}
          since this page was opened.
        </p>
        {latest === undefined ? null : <p className={`mono quiet ${classes.latest}`}>{latest}</p>}
      </div>
      <LinkButton
        to="/search"
        search={{ live: '1', ...(logs === 0 ? { source: 'traces' as const } : {}) }}
      >
        Watch it live
      </LinkButton>
    </>
  );
}

function useRecentTotal(source: Source): number | undefined {
  const [range] = useState(() => resolveRange({ kind: 'last', last: '15m' }, Date.now()));
  const body = { source, where: '', language: 'lucene' as const, ...range, buckets: 1 };
  return useQuery(histogramQuery(body)).data?.total;
}
