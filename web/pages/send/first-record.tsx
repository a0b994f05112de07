import { IconAlertTriangle, IconCircleCheckFilled, IconRadar2 } from '@tabler/icons-react';
import { LinkButton } from '../../ui/link-button.tsx';
import { formatCount } from '../../ui/quantity.ts';
import type { Arrivals, StoredRows } from './arrivals.ts';
import classes from './first-record.module.css';
import { useArrivals } from './use-arrivals.ts';

/** Waits for the first record, and says so when it is there. */
export function FirstRecord() {
  const { arrivals, metrics, stored, refused, trouble } = useArrivals();
  const arrived = arrivals.logs + arrivals.traces + metrics > 0;
  return (
    <section className={classes.card} data-arrived={arrived || undefined} aria-live="polite">
      {arrived ? (
        <Arrived arrivals={arrivals} metrics={metrics} />
      ) : (
        <Waiting stored={stored} trouble={trouble} />
      )}
      {refused.length === 0 ? null : (
        <p className={classes.refused}>
          <IconAlertTriangle size={15} aria-hidden /> Turned away since this page was opened:{' '}
          {refused.map(([reason, count]) => `${formatCount(count)} × ${reason}`).join(', ')}
        </p>
      )}
    </section>
  );
}

function Waiting({
  stored,
  trouble,
}: {
  stored: StoredRows | undefined;
  trouble: string | undefined;
}) {
  const some = stored !== undefined && stored.logs + stored.traces + stored.metrics > 0;
  const first = stored !== undefined && !some;
  return (
    <>
      <span className={classes.radar} aria-hidden>
        <IconRadar2 size={22} />
      </span>
      <div className={classes.words}>
        <h2>{first ? 'Waiting for the first record' : 'Waiting for new data'}</h2>
        <p className="quiet">{trouble ?? (some ? describeStored(stored) : invitation)}</p>
      </div>
      {some ? (
        <LinkButton
          variant="default"
          to="/search"
          search={stored.logs === 0 ? { source: 'traces' } : {}}
        >
          Search
        </LinkButton>
      ) : null}
    </>
  );
}

const invitation = 'Paste a snippet below. What arrives shows up here within a second or two.';

const counted = (count: number, noun: string): string[] =>
  count === 0 ? [] : [`${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`];

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const describeStored = ({ logs, traces, metrics }: StoredRows): string =>
  `${list([
    ...counted(logs, 'log record'),
    ...counted(traces, 'span'),
    ...counted(metrics, 'metric point'),
  ])} stored so far.`;

function Arrived({ arrivals, metrics }: { arrivals: Arrivals; metrics: number }) {
  const { logs, traces, services, latest } = arrivals;
  const counts = [
    ...counted(logs, 'log record'),
    ...counted(traces, 'span'),
    ...counted(metrics, 'metric point'),
  ];
  const shown = services.slice(0, 6);
  const more = services.length - shown.length;
  return (
    <>
      <IconCircleCheckFilled size={30} className={classes.check} aria-hidden />
      <div className={classes.words}>
        <h2>Data is arriving</h2>
        <p>
          <b className="numbers">{list(counts)}</b>
          {shown.length === 0 ? '' : ` from ${shown.join(', ')}`}
          {more > 0 ? ` and ${more} more` : ''} since this page was opened.
        </p>
        {latest === undefined ? null : <p className={`mono quiet ${classes.latest}`}>{latest}</p>}
      </div>
      {logs + traces === 0 ? null : (
        <LinkButton
          to="/search"
          search={{ live: '1', ...(logs === 0 ? { source: 'traces' as const } : {}) }}
        >
          Watch it live
        </LinkButton>
      )}
    </>
  );
}
