import { Drawer } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import type { Row } from '../api/shapes.ts';
import { defaultColumns } from '../table/row-columns.tsx';
import { setPreference, usePreference } from '../ui/preferences.ts';
import { Facets } from './search/facets.tsx';
import { type Clause, toggleClause } from './search/filter-clause.ts';
import { Histogram } from './search/histogram.tsx';
import { OpenRow } from './search/open-row.tsx';
import { QueryBar } from './search/query-bar.tsx';
import type { QueryEditorHandle } from './search/query-editor.tsx';
import { Results } from './search/results.tsx';
import { rowIdentity } from './search/row-identity.ts';
import { applyChange, paramsOf, type SearchChange, stateOf } from './search/search-state.ts';
import { SqlDialog } from './search/sql-dialog.tsx';
import { useRanBody, useSlidingBody } from './search/use-body.ts';
import { useSearchFeed } from './search/use-search-feed.ts';
import { useTail } from './search/use-tail.ts';
import classes from './search.module.css';

/** Logs and spans: the page that people live in. */
export function SearchPage() {
  const params = useSearch({ from: '/search' });
  const state = useMemo(() => stateOf(params), [params]);
  const navigate = useNavigate({ from: '/search' });
  const change = (wanted: SearchChange) =>
    void navigate({
      search: paramsOf(applyChange(state, wanted)),
      // Opening a row is a glance, not a place to come back to.
      replace: Object.keys(wanted).every((key) => key === 'row' || key === 'wrap'),
    });
  const { body, again } = useRanBody(state);
  const sliding = useSlidingBody(body, state);
  const feed = useSearchFeed(body);
  const tail = useTail(body, state.live, feed.rows);
  const [sqlShown, setSqlShown] = useState(false);
  const editor = useRef<QueryEditorHandle>(null);
  useHotkeys([['/', () => editor.current?.focus()]]);

  const filter = (clause: Clause) =>
    change({ where: toggleClause(state.where, clause, state.language) });
  const toggleColumn = (field: string) => {
    const columns = state.columns ?? defaultColumns[state.source];
    const others = columns.filter((each) => each !== field);
    change({ columns: others.length === columns.length ? [...columns, field] : others });
  };
  const open = (row: Row | undefined) => {
    if (row && state.live) tail.pause();
    change({ row: row && rowIdentity(row) });
  };

  return (
    <div className={classes.page}>
      <QueryBar ref={editor} state={state} window={body} onChange={change} onRun={again} />
      <Histogram
        body={sliding}
        mute={feed.failure !== undefined}
        onFilter={filter}
        onZoom={(fromMs, toMs) =>
          change({
            range: { kind: 'between', from: isoOf(fromMs), to: isoOf(toMs) },
            live: false,
          })
        }
      />
      <div className={classes.below}>
        <FacetSide>
          <Facets body={sliding} mute={feed.failure !== undefined} onFilter={filter} />
        </FacetSide>
        <Results
          state={state}
          feed={feed}
          tail={tail}
          onChange={change}
          onOpen={open}
          onShowSql={() => setSqlShown(true)}
        />
        {state.row === undefined ? null : (
          <OpenRow
            identity={state.row}
            state={state}
            body={body}
            rows={tail.rows.length === 0 ? feed.rows : [...tail.rows, ...feed.rows]}
            actions={{
              onFilter: (field, value, exclude) => filter({ field, value, exclude }),
              onColumn: toggleColumn,
            }}
            onOpen={open}
          />
        )}
      </div>
      <SqlDialog
        query={body}
        ran={feed.meta?.sql}
        opened={sqlShown}
        onClose={() => setSqlShown(false)}
      />
    </div>
  );
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();

/** Beside the rows where there is room, over them where there is not. */
function FacetSide({ children }: { children: React.ReactNode }) {
  const shown = usePreference('facets');
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  if (!narrow) return shown ? children : null;
  return (
    <Drawer
      opened={!shown}
      onClose={() => setPreference('facets', true)}
      size={300}
      title="Filters"
      padding={0}
    >
      {children}
    </Drawer>
  );
}
