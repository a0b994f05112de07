// biome-ignore-all lint/a11y/useSemanticElements: part of the grid of `row-table.tsx`, see there
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys act on the whole grid
import { memo } from 'react';
import type { Row } from '../api/shapes.ts';
import { severityColor, severityOf } from '../ui/severity.ts';
import type { Zone } from '../ui/time.ts';
import { textOf } from './field-value.ts';
import { RowCell } from './row-cell.tsx';
import classes from './row-table.module.css';

interface Props {
  row: Row;
  index: number;
  /** Distance from the top, in pixels. */
  start: number;
  template: string;
  fields: readonly string[];
  wrap: boolean;
  /** Two lines instead of columns: for phones. */
  compact: boolean;
  zone: Zone;
  current: boolean;
  measure: ((element: HTMLElement | null) => void) | undefined;
  onOpen(index: number): void;
}

/** One row in its place. */
export const TableRow = memo(function TableRow(props: Props) {
  const { row, index, start, template, wrap, compact, current, measure, onOpen } = props;
  const severity = severityOf(
    textOf(row, 'SeverityText') || textOf(row, 'StatusCode'),
    Number(row.SeverityNumber ?? 0),
  );
  const bad = severity === 'error' || severity === 'fatal';
  return (
    <div
      ref={measure}
      id={`row-${index}`}
      data-index={index}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={current}
      className={classes.row}
      data-wrap={wrap || undefined}
      data-compact={compact || undefined}
      data-bad={bad || undefined}
      style={{
        ...(compact ? {} : { gridTemplateColumns: template }),
        transform: `translateY(${start}px)`,
        ['--mark' as string]: severityColor(severity),
      }}
      onClick={() => {
        // Selecting text in a row is not opening it.
        if (window.getSelection()?.isCollapsed !== false) onOpen(index);
      }}
    >
      {compact ? <CompactCells {...props} /> : <Cells {...props} />}
    </div>
  );
});

function Cells({ row, fields, zone, wrap }: Props) {
  return fields.map((field) => (
    <div key={field} role="gridcell" className={classes.cell}>
      <RowCell row={row} field={field} zone={zone} wrap={wrap} />
    </div>
  ));
}

/** What a row is about goes on a line of its own; the rest stands above it. */
const mainFields = ['Body', 'SpanName'];

function CompactCells({ row, fields, zone, wrap }: Props) {
  const main = mainFields.find((field) => fields.includes(field)) ?? fields.at(-1) ?? '';
  return (
    <>
      <div className={classes.about}>
        {fields
          .filter((field) => field !== main)
          .map((field) => (
            <span key={field} role="gridcell">
              <RowCell row={row} field={field} zone={zone} wrap={false} />
            </span>
          ))}
      </div>
      <div role="gridcell" className={classes.cell}>
        <RowCell row={row} field={main} zone={zone} wrap={wrap} />
      </div>
    </>
  );
}
