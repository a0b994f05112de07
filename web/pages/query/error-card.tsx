import type { QueryData } from '../../api/queries.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatCount } from '../../ui/quantity.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import own from '../queries/queries.module.css';
import { showError } from '../queries/query-words.ts';

/** What its failures were, with the newest message of each. */
export function ErrorCard({ errors }: { errors: QueryData['errors'] }) {
  const zone = usePreference('zone');
  return (
    <section className={classes.card} aria-label="Errors">
      <h2>Errors</h2>
      {errors.length === 0 ? <p className="quiet">None of its runs failed.</p> : null}
      {errors.map((error) => (
        <div key={error.code} className={own.wide}>
          <b className={own.bad}>{showError(error)}</b>{' '}
          <span className="quiet numbers">
            {formatCount(error.count)} times, last at {formatTime(error.lastSeen, zone, 0)}{' '}
            {zoneOffset(zone, Date.parse(error.lastSeen))}
          </span>
          <div className="mono">{error.message}</div>
        </div>
      ))}
    </section>
  );
}
