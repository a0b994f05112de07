import { Button, Loader, Skeleton, Tooltip } from '@mantine/core';
import { IconCode, IconFilter, IconTextWrap } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Row } from '../../api/shapes.ts';
import { defaultColumns } from '../../table/row-columns.tsx';
import { RowTable } from '../../table/row-table.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatCount } from '../../ui/quantity.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import type { FacetSideState } from './facet-side.tsx';
import { NothingFound } from './nothing-found.tsx';
import classes from './results.module.css';
import { rowIdentity } from './row-identity.ts';
import type { SearchChange, SearchState } from './search-state.ts';
import { SearchStatus } from './search-status.tsx';
import { TailNotice } from './tail-notice.tsx';
import type { ShownFeed } from './use-search-feed.ts';
import type { Tail } from './use-tail.ts';

/** Scrolled further than this, what is read must not move: following pauses. */
const pauseScrollPx = 16;

interface Props {
  state: SearchState;
  feed: ShownFeed;
  tail: Tail;
  side: FacetSideState;
  onChange(change: SearchChange): void;
  onOpen(row: Row | undefined): void;
  onShowSql(): void;
}

/** The rows found, and what belongs to them. */
export function Results({ state, feed, tail, side, onChange, onOpen, onShowSql }: Props) {
  const zone = usePreference('zone');
  const fields = state.columns ?? defaultColumns[state.source];
  const rows = useMemo(
    () => (tail.rows.length === 0 ? feed.rows : [...tail.rows, ...feed.rows]),
    [tail.rows, feed.rows],
  );
  const [marked, setMarked] = useState<string>();
  const currentId = state.row ?? marked;
  const current = useMemo(
    () => (currentId === undefined ? -1 : rows.findIndex((row) => rowIdentity(row) === currentId)),
    [rows, currentId],
  );
  const goTo = (index: number, open: boolean) => {
    const row = rows[index];
    if (!row) return;
    setMarked(rowIdentity(row));
    if (state.live) tail.pause();
    if (open || state.row !== undefined) onOpen(row);
  };
  const settled = feed.status === 'done' || feed.status === 'cancelled';

  return (
    <section className={classes.results} aria-label="Rows">
      <Toolbar
        state={state}
        feed={feed}
        side={side}
        fields={fields}
        onChange={onChange}
        onShowSql={onShowSql}
      />
      {feed.failure === undefined ? null : (
        <div className={classes.failure}>
          <FailureNotice compact={rows.length > 0} error={feed.failure} onRetry={feed.more} />
        </div>
      )}
      {state.live ? <TailNotice tail={tail} /> : null}
      {rows.length === 0 && settled ? (
        <NothingFound state={state} cancelled={feed.status === 'cancelled'} onChange={onChange} />
      ) : rows.length === 0 && feed.failure === undefined ? (
        <RowSkeleton />
      ) : rows.length === 0 ? null : (
        <RowTable
          label={state.source === 'logs' ? 'Log records' : 'Spans'}
          rows={rows}
          fields={fields}
          wrap={state.wrap}
          zone={zone}
          dimmed={feed.stale}
          current={current < 0 ? undefined : current}
          onCurrent={goTo}
          onClose={() => onOpen(undefined)}
          onEnd={() => {
            if (feed.status === 'done') feed.more();
          }}
          onScroll={(top) => {
            if (state.live && top > pauseScrollPx) tail.pause();
          }}
          footer={<Footer feed={feed} count={rows.length} />}
        />
      )}
    </section>
  );
}

function Toolbar({
  state,
  feed,
  side,
  fields,
  onChange,
  onShowSql,
}: Pick<Props, 'state' | 'feed' | 'side' | 'onChange' | 'onShowSql'> & {
  fields: readonly string[];
}) {
  return (
    <div className={classes.toolbar}>
      <Tooltip label={side.shown ? 'Hide filters' : 'Show filters'}>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          aria-label="Filters"
          aria-pressed={side.shown}
          leftSection={<IconFilter size={14} />}
          onClick={side.toggle}
        >
          <span className={classes.word}>Filters</span>
        </Button>
      </Tooltip>
      <SearchStatus feed={feed} />
      <span className={classes.tools}>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          aria-label="Show SQL"
          leftSection={<IconCode size={14} />}
          onClick={onShowSql}
        >
          <span className={classes.word}>Show SQL</span>
        </Button>
        <Button
          variant={state.wrap ? 'light' : 'subtle'}
          color={state.wrap ? 'ink' : 'gray'}
          size="compact-xs"
          aria-label="Wrap"
          aria-pressed={state.wrap}
          leftSection={<IconTextWrap size={14} />}
          onClick={() => onChange({ wrap: !state.wrap })}
        >
          <span className={classes.word}>Wrap</span>
        </Button>
        <ColumnsMenu
          source={state.source}
          columns={fields}
          onChange={(columns) => onChange({ columns })}
        />
      </span>
    </div>
  );
}

function Footer({ feed, count }: { feed: ShownFeed; count: number }) {
  if (feed.status === 'running' && !feed.stale)
    return (
      <div className={classes.footer}>
        <Loader size={12} /> Looking further back…
      </div>
    );
  if (feed.status === 'done' && feed.meta?.cursor === null)
    return <div className={classes.footer}>All {formatCount(count)} rows of this range</div>;
  return null;
}

const skeletonWidths = [92, 63, 71, 79, 50, 87, 58, 66, 74, 82, 55, 90];

function RowSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true">
      {skeletonWidths.map((width) => (
        <Skeleton key={width} height={12} width={`${width}%`} />
      ))}
    </div>
  );
}
