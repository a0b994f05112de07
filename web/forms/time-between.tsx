import { Button, Skeleton, TextInput } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { parseMoment, resolveRange, type TimeRange } from '../pages/search/time-range.ts';
import { formatTime, type Zone, zoneOffset } from '../ui/time.ts';

const DateRange = lazy(() => import('../ui/date-range.tsx'));
/** The calendar's height: it comes a moment later and must not move what is below. */
const calendarPx = 226;
const day = /^\d{4}-\d{2}-\d{2}/;

/** Two moments, typed or chosen by day. Understands dates, RFC 3339, `now` and `2h ago`. */
export function TimeBetweenForm({
  range,
  zone,
  onSubmit,
}: {
  range: TimeRange;
  zone: Zone;
  onSubmit(from: string, to: string): void;
}) {
  const [initial] = useState(() => resolveRange(range, Date.now()));
  const [from, setFrom] = useState(() => formatTime(initial.from, zone, 3));
  const [to, setTo] = useState(() => formatTime(initial.to, zone, 3));
  const [tried, setTried] = useState(false);
  const parse = (text: string) => parseMoment(text, zone === 'utc', Date.now());
  const start = parse(from);
  const end = parse(to);
  const reversed = start !== undefined && end !== undefined && Date.parse(start) >= Date.parse(end);
  const wrong = 'Write 2026-01-31 14:05, an RFC 3339 time, now, or 2h ago';
  return (
    <form
      style={{ display: 'grid', gap: 8 }}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (start !== undefined && end !== undefined && !reversed) onSubmit(start, end);
      }}
    >
      <TextInput
        label={`From (${zoneOffset(zone, Date.now())})`}
        value={from}
        error={tried && start === undefined ? wrong : undefined}
        onChange={(event) => setFrom(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
        data-autofocus
      />
      <TextInput
        label="To, not included"
        value={to}
        error={
          tried && end === undefined
            ? wrong
            : tried && reversed
              ? 'This must be later than the start'
              : undefined
        }
        onChange={(event) => setTo(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
      <Button type="submit">Apply</Button>
      <Suspense fallback={<Skeleton height={calendarPx} />}>
        <DateRange
          value={[day.exec(from)?.[0] ?? null, day.exec(to)?.[0] ?? null]}
          onChange={([first, last]) => {
            setFrom(first === null ? '' : `${first} 00:00:00`);
            setTo(last === null ? '' : endOf(last));
          }}
        />
      </Suspense>
    </form>
  );
}

/** The end of a day: the first moment of the next, which is not included. */
function endOf(date: string): string {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)} 00:00:00`;
}
