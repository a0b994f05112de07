import { ActionIcon, Skeleton, TextInput, Tooltip } from '@mantine/core';
import { IconChevronRight, IconLayoutSidebarLeftCollapse, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { facetsQuery } from '../../api/search.ts';
import type { Facet, RangeBody } from '../../api/shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { FacetValues } from './facet-values.tsx';
import classes from './facets.module.css';
import type { Clause } from './filter-clause.ts';

/** Facets open at first, in this order; the others follow, closed. */
const openAtFirst = ['SeverityText', 'StatusCode', 'ServiceName', 'SpanName', 'SpanKind'];
const perField = 10;

const rank = (field: string): number => {
  const at = openAtFirst.indexOf(field);
  return at < 0 ? openAtFirst.length : at;
};

interface Props {
  body: RangeBody;
  onFilter(clause: Clause): void;
}

/** The commonest values of the fields that have few, to filter by. */
export function Facets({
  body,
  mute,
  onFilter,
  onHide,
}: Props & { mute: boolean; onHide(): void }) {
  const [find, setFind] = useState('');
  const facets = useQuery({
    ...facetsQuery({ ...body, perField }),
    placeholderData: keepPreviousData,
  });
  const found = (facets.data?.facets ?? [])
    .filter(({ field, values }) => values.length > 0 && matches(find, field, values))
    .sort((a, b) => rank(a.field) - rank(b.field) || (a.field < b.field ? -1 : 1));
  return (
    <aside className={classes.side} aria-label="Filters" aria-busy={facets.isFetching}>
      <div className={classes.head}>
        <TextInput
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
          placeholder="Find a filter"
          aria-label="Find a filter"
          leftSection={<IconSearch size={13} />}
          className={classes.find!}
        />
        <Tooltip label="Hide filters">
          <ActionIcon aria-label="Hide filters" onClick={onHide}>
            <IconLayoutSidebarLeftCollapse size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      {facets.isError && mute ? null : facets.isError ? (
        <FailureNotice compact error={facets.error} onRetry={() => void facets.refetch()} />
      ) : facets.isPending ? (
        <FacetSkeleton />
      ) : found.length === 0 ? (
        <p className={classes.none}>
          {find === '' ? 'No rows, so no values to filter by.' : 'No filter of that name.'}
        </p>
      ) : (
        found.map((facet) => (
          <FacetGroup
            key={facet.field}
            facet={facet}
            body={body}
            forced={find !== ''}
            onFilter={onFilter}
          />
        ))
      )}
    </aside>
  );
}

function matches(find: string, field: string, values: Facet['values']): boolean {
  const wanted = find.trim().toLowerCase();
  return (
    wanted === '' ||
    field.toLowerCase().includes(wanted) ||
    values.some(({ value }) => value.toLowerCase().includes(wanted))
  );
}

function FacetGroup({ facet, body, forced, onFilter }: Props & { facet: Facet; forced: boolean }) {
  const [chosen, setChosen] = useState(openAtFirst.includes(facet.field));
  const open = chosen || forced;
  return (
    <div className={classes.group}>
      <button
        type="button"
        className={classes.name}
        aria-expanded={open}
        onClick={() => setChosen(!open)}
      >
        <IconChevronRight size={13} className={classes.turn} aria-hidden />
        <span title={facet.field}>{facet.field}</span>
        {facet.sampled ? (
          <Tooltip label="Counted in a sample of the rows">
            <em>sample</em>
          </Tooltip>
        ) : null}
      </button>
      {open ? <FacetValues facet={facet} body={body} onFilter={onFilter} /> : null}
    </div>
  );
}

function FacetSkeleton() {
  return (
    <div style={{ display: 'grid', gap: 8, padding: 12 }}>
      {[80, 60, 70, 50, 75, 40].map((width) => (
        <Skeleton key={width} height={14} width={`${width}%`} />
      ))}
    </div>
  );
}
