// A grid of positioned blocks, because only rows in sight are drawn: table elements cannot do that.
// Its keys, focus and active row are those of the ARIA grid, held by the outermost element.
// biome-ignore-all lint/a11y/useSemanticElements: see above
// biome-ignore-all lint/a11y/useFocusableInteractive: see above
// biome-ignore-all lint/a11y/useKeyWithClickEvents: see above

import { useMediaQuery } from '@mantine/hooks';
import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
} from 'react';
import type { Row } from '../api/shapes.ts';
import { setPreference, usePreference } from '../ui/preferences.ts';
import { type Zone, zoneOffset } from '../ui/time.ts';
import { columnsOf, features } from './row-columns.tsx';
import { useRowKeys } from './row-keys.ts';
import classes from './row-table.module.css';
import { TableRow } from './table-row.tsx';

const rowHeightPx = 26;
const compactHeightPx = 46;
const headHeightPx = 28;
/** The next page is asked for this many rows before the end. */
const aheadRows = 40;

interface Props {
  label: string;
  rows: readonly Row[];
  fields: readonly string[];
  wrap: boolean;
  zone: Zone;
  dimmed: boolean;
  /** The row that keys act on, and whether it is open; `undefined` = none. */
  current: number | undefined;
  onCurrent(index: number, open: boolean): void;
  onClose(): void;
  onEnd(): void;
  onScroll?(topPx: number): void;
  /** What the rows are sorted by, where they can be; with a minus, downwards. */
  sort?: string | undefined;
  onSort?: ((field: string) => void) | undefined;
  footer: ReactNode;
}

/** Rows of telemetry: only those in sight are drawn. j, k, arrows, Enter and Esc work. */
export function RowTable(props: Props) {
  const { rows, fields, wrap, zone, current, footer } = props;
  const box = useRef<HTMLDivElement>(null);
  const { table, headers, template } = useColumns(rows, fields);
  const compact = useMediaQuery('(max-width: 36em)', false, { getInitialValueInEffect: false });
  const virtual = useRowsInSight(box, props, compact);
  const open = useStableOpen(props.onCurrent);
  const keys = useRowKeys({ ...props, count: rows.length });

  return (
    <div
      ref={box}
      className={classes.box}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length}
      aria-colcount={fields.length}
      aria-activedescendant={current === undefined ? undefined : `row-${current}`}
      tabIndex={0}
      data-dimmed={props.dimmed || undefined}
      onKeyDown={keys}
      onScroll={(event) => props.onScroll?.(event.currentTarget.scrollTop)}
    >
      <TableHead {...props} table={table} headers={headers} template={template} hidden={compact} />
      <div className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <TableRow
            key={item.key}
            measure={wrap ? virtual.measureElement : undefined}
            index={item.index}
            start={item.start}
            row={rows[item.index]!}
            template={template}
            fields={fields}
            wrap={wrap}
            compact={compact}
            zone={zone}
            current={item.index === current}
            onOpen={open}
          />
        ))}
      </div>
      {footer}
    </div>
  );
}

function TableHead({
  table,
  headers,
  template,
  hidden,
  zone,
  sort,
  onSort,
}: ReturnType<typeof useColumns> & Props & { hidden: boolean }) {
  return (
    <div
      className={classes.head}
      role="row"
      hidden={hidden}
      style={{ gridTemplateColumns: template }}
    >
      {headers.map((header) => (
        <div
          key={header.id}
          role="columnheader"
          className={classes.title}
          title={header.id}
          aria-sort={sortOf(sort, header.id)}
          onClick={() => onSort?.(header.id)}
          data-sortable={onSort === undefined ? undefined : true}
        >
          <span>
            <table.FlexRender header={header} />
            {header.id === 'Timestamp' ? (
              <em className={classes.unit}>{zoneOffset(zone, Date.now())}</em>
            ) : null}
          </span>
          <i
            className={classes.grip}
            onMouseDown={header.getResizeHandler()}
            onTouchStart={header.getResizeHandler()}
            onDoubleClick={() => header.column.resetSize()}
            aria-hidden
          />
        </div>
      ))}
    </div>
  );
}

function sortOf(sort: string | undefined, field: string): 'ascending' | 'descending' | undefined {
  if (sort === field) return 'ascending';
  return sort === `-${field}` ? 'descending' : undefined;
}

/** The chosen fields as columns, with the widths that someone dragged them to. */
function useColumns(rows: readonly Row[], fields: readonly string[]) {
  const widths = usePreference('columnWidths');
  const columns = useMemo(() => columnsOf(fields, widths), [fields, widths]);
  const table = useTable({
    features,
    columns,
    data: rows as Row[],
    columnResizeMode: 'onChange',
    state: { columnSizing: widths },
    onColumnSizingChange: (update) =>
      setPreference('columnWidths', typeof update === 'function' ? update(widths) : update),
  });
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const sizes = headers.map((header) => `${header.getSize()}px`);
  // The last column takes what is left.
  const template = [...sizes.slice(0, -1), `minmax(${sizes.at(-1)}, 1fr)`].join(' ');
  return { table, headers, template };
}

/** Which rows are drawn. Keeps the current one in sight and asks for more near the end. */
function useRowsInSight(box: RefObject<HTMLDivElement | null>, props: Props, compact: boolean) {
  const { rows, fields, wrap, current } = props;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (compact ? compactHeightPx : rowHeightPx),
    overscan: 12,
    scrollPaddingStart: headHeightPx,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const end = useEffectEvent(props.onEnd);
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - aheadRows) end();
  }, [last, rows.length]);
  // Heights differ between wrapped and not: measured ones of the other kind are void.
  useEffect(() => {
    if (wrap !== undefined && compact !== undefined && fields) virtual.measure();
  }, [wrap, compact, fields, virtual]);
  useEffect(() => {
    if (current !== undefined) virtual.scrollToIndex(current, { align: 'auto' });
  }, [current, virtual]);
  return virtual;
}

/** The same function each time, so that rows that did not change are not drawn again. */
function useStableOpen(onCurrent: Props['onCurrent']): (index: number) => void {
  const latest = useRef(onCurrent);
  useEffect(() => {
    latest.current = onCurrent;
  });
  return useCallback((index: number) => latest.current(index, true), []);
}
