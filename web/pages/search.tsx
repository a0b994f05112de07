import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Row } from '../api/shapes.ts';
import { defaultColumns } from '../table/row-columns.tsx';
import { FacetSide, useFacetSide } from './search/facet-side.tsx';
import { Facets } from './search/facets.tsx';
import { type Clause, toggleClause } from './search/filter-clause.ts';
import { Histogram } from './search/histogram.tsx';
import { OpenRow } from './search/open-row.tsx';
import { QueryBar } from './search/query-bar.tsx';
import { Results } from './search/results.tsx';
import { rowIdentity } from './search/row-identity.ts';
import {
  applyChange,
  paramsOf,
  type SearchChange,
  type SearchState,
  stateOf,
} from './search/search-state.ts';
import { SqlDialog } from './search/sql-dialog.tsx';
import { useRanBody, useSlidingBody } from './search/use-body.ts';
import { useEditorFocus } from './search/use-editor-focus.ts';
import { useSearchFeed } from './search/use-search-feed.ts';
import { type Tail, useTail } from './search/use-tail.ts';
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
  const side = useFacetSide();
  const [sqlShown, setSqlShown] = useState(false);
  const editor = useEditorFocus();

  const { filter, toggleColumn, open, zoom } = actionsOf(state, tail, change);

  return (
    <div className={classes.page}>
      <QueryBar ref={editor} state={state} window={body} onChange={change} onRun={again} />
      <Histogram body={sliding} mute={feed.failure !== undefined} onFilter={filter} onZoom={zoom} />
      <div className={classes.below}>
        <FacetSide side={side}>
          <Facets
            body={sliding}
            mute={feed.failure !== undefined}
            onFilter={filter}
            onHide={side.toggle}
          />
        </FacetSide>
        <Results
          state={state}
          feed={feed}
          tail={tail}
          side={side}
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

/** What a click anywhere on the page does to the state. */
function actionsOf(state: SearchState, tail: Tail, change: (wanted: SearchChange) => void) {
  return {
    filter: (clause: Clause) =>
      change({ where: toggleClause(state.where, clause, state.language) }),
    toggleColumn: (field: string) => {
      const columns = state.columns ?? defaultColumns[state.source];
      const others = columns.filter((each) => each !== field);
      change({ columns: others.length === columns.length ? [...columns, field] : others });
    },
    open: (row: Row | undefined) => {
      if (row && state.live) tail.pause();
      change({ row: row && rowIdentity(row) });
    },
    zoom: (fromMs: number, toMs: number) =>
      change({ range: { kind: 'between', from: isoOf(fromMs), to: isoOf(toMs) }, live: false }),
  };
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();
