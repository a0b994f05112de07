import { memo } from 'react';
import type { Row } from '../api/shapes.ts';
import { formatDuration } from '../ui/quantity.ts';
import { severityColor, severityOf } from '../ui/severity.ts';
import { formatTime, type Zone, zoneOffset } from '../ui/time.ts';
import { fieldValue, renderValue } from './field-value.ts';
import classes from './row-table.module.css';

/** Longer values are cut in the table; the row's panel has them whole. */
const longestText = 500;
const longestWrapped = 4_000;

/** One value as its field is read best. */
export const RowCell = memo(function RowCell({
  row,
  field,
  zone,
  wrap,
}: {
  row: Row;
  field: string;
  zone: Zone;
  wrap: boolean;
}) {
  const value = fieldValue(row, field);
  const text = renderValue(value);
  if (/^(Observed)?Timestamp$/.test(field))
    return (
      <time
        dateTime={text}
        title={`${formatTime(text, zone, 9)} ${zoneOffset(zone, Date.parse(text))}`}
      >
        {formatTime(text, zone, 3)}
      </time>
    );
  if (field === 'SeverityText' || field === 'StatusCode') return <Level row={row} text={text} />;
  if (field === 'Duration' && /^\d+$/.test(text))
    return <span title={`${text} ns`}>{formatDuration(BigInt(text))}</span>;
  const limit = wrap ? longestWrapped : longestText;
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
});

function Level({ row, text }: { row: Row; text: string }) {
  const severity = severityOf(text, Number(row.SeverityNumber ?? 0));
  const shown = text === '' ? (severity === 'none' ? '' : severity) : text;
  if (shown === 'Unset') return <span className="quiet">{shown}</span>;
  return (
    <span className={classes.level} style={{ color: severityColor(severity) }}>
      {shown}
    </span>
  );
}
