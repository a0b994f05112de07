import type { Row } from '../../api/shapes.ts';
import { textOf } from '../../table/field-value.ts';
import { usePreference } from '../../ui/preferences.ts';
import { severityColor, severityOf } from '../../ui/severity.ts';
import { formatClock } from '../../ui/time.ts';
import classes from './log-list.module.css';

/** Some logs, short, in full width. */
export function LogList({ logs }: { logs: readonly Row[] }) {
  const zone = usePreference('zone');
  return (
    <ul className={classes.list}>
      {logs.map((row, i) => {
        const text = textOf(row, 'SeverityText');
        const severity = severityOf(text, Number(row.SeverityNumber ?? 0));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: stored logs of a span never move.
          <li key={i} className="mono">
            <span className="quiet">{formatClock(textOf(row, 'Timestamp'), zone, 6)}</span>{' '}
            <b style={{ color: severityColor(severity) }}>{text || severity}</b>{' '}
            {textOf(row, 'Body')}
          </li>
        );
      })}
    </ul>
  );
}
