import { ActionIcon } from '@mantine/core';
import { IconMinus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { facetsQuery } from '../../api/search.ts';
import type { Facet, RangeBody } from '../../api/shapes.ts';
import { formatCount, formatShort } from '../../ui/quantity.ts';
import classes from './facets.module.css';
import { type Clause, hasClause } from './filter-clause.ts';

const perField = 10;
const perFieldMore = 50;

/** A facet's values, each with what it adds to the query. */
export function FacetValues({
  facet,
  body,
  onFilter,
}: {
  facet: Facet;
  body: RangeBody;
  onFilter(clause: Clause): void;
}) {
  const [more, setMore] = useState(false);
  const wide = useQuery({
    ...facetsQuery({ ...body, fields: [facet.field], perField: perFieldMore }),
    enabled: more,
    placeholderData: keepPreviousData,
  });
  const values = (more && wide.data?.facets[0]?.values) || facet.values;
  const most = Math.max(1, ...values.map(({ count }) => count));
  return (
    <ul className={classes.values}>
      {values.map(({ value, count }) => (
        <FacetValue
          key={value}
          field={facet.field}
          value={value}
          count={count}
          share={count / most}
          body={body}
          onFilter={onFilter}
        />
      ))}
      {!more && facet.values.length >= perField ? (
        <li>
          <button type="button" className={classes.more} onClick={() => setMore(true)}>
            More values
          </button>
        </li>
      ) : null}
    </ul>
  );
}

function FacetValue({
  field,
  value,
  count,
  share,
  body,
  onFilter,
}: {
  field: string;
  value: string;
  count: number;
  share: number;
  body: RangeBody;
  onFilter(clause: Clause): void;
}) {
  const include = { field, value, exclude: false };
  const included = hasClause(body.where, include, body.language);
  const shown = value === '' ? '(empty)' : value;
  return (
    <li className={classes.value}>
      <span className={classes.share} style={{ width: `${share * 100}%` }} aria-hidden />
      <button
        type="button"
        className={classes.include}
        aria-pressed={included}
        title={included ? `Remove the filter on ${shown}` : `Only ${shown}`}
        onClick={() => onFilter(include)}
      >
        <span className={classes.text}>{shown}</span>
        <span className={classes.count} title={formatCount(count)}>
          {formatShort(count)}
        </span>
      </button>
      <ActionIcon
        size={18}
        className={classes.exclude!}
        aria-label={`Exclude ${shown}`}
        title={`Exclude ${shown}`}
        onClick={() => onFilter({ ...include, exclude: true })}
      >
        <IconMinus size={12} />
      </ActionIcon>
    </li>
  );
}
