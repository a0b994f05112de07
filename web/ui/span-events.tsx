import { Link } from '@tanstack/react-router';
import type { Row } from '../api/shapes.ts';
import { growTree } from './json-text.ts';
import { formatDuration } from './quantity.ts';
import classes from './span-events.module.css';
import { parseNs } from './time.ts';
import { ValueTree } from './value-tree.tsx';

const listOf = (row: Row, column: string): unknown[] => {
  const value = row[column];
  return Array.isArray(value) ? value : [];
};

/** A span's events, each with its distance from the span's start. */
export function SpanEvents({ row }: { row: Row }) {
  const names = listOf(row, 'Events.Name');
  if (names.length === 0) return null;
  const times = listOf(row, 'Events.Timestamp');
  const attributes = listOf(row, 'Events.Attributes');
  const start = parseNs(String(row.Timestamp)) ?? 0n;
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>Events</h3>
      {names.map((name, i) => {
        const at = parseNs(String(times[i]));
        const about = attributes[i];
        const entries = growTree('', about ?? {}, `event${i}`).children;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: events of a stored span never move.
          <div key={i} className={classes.event} data-bad={name === 'exception' || undefined}>
            <div>
              <b>{String(name)}</b>{' '}
              <span className="quiet">
                {at === undefined ? '' : `+${formatDuration(at - start)}`}
              </span>
            </div>
            {entries.length === 0 ? null : <ValueTree entries={entries} />}
          </div>
        );
      })}
    </section>
  );
}

/** A span's links to other traces. */
export function SpanLinks({ row }: { row: Row }) {
  const traces = listOf(row, 'Links.TraceId');
  const spans = listOf(row, 'Links.SpanId');
  if (traces.length === 0) return null;
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>Links</h3>
      {traces.map((trace, i) => (
        <Link
          // biome-ignore lint/suspicious/noArrayIndexKey: links of a stored span never move.
          key={i}
          to="/trace/$traceId"
          params={{ traceId: String(trace) }}
          search={spans[i] ? { span: String(spans[i]) } : {}}
          className={`mono ${classes.link}`}
        >
          {String(trace)}
        </Link>
      ))}
    </section>
  );
}
