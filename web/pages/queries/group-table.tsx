import { Table } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Grouping, QueryGroup, QuerySort } from '../../api/queries.ts';
import classes from './queries.module.css';
import type { FilterName, QueryParams } from './query-params.ts';
import { groupingNames, numberColumns, showError } from './query-words.ts';

interface Props {
  readonly cluster: string;
  readonly by: Grouping;
  readonly groups: readonly QueryGroup[];
  readonly sort: QuerySort;
  /** What the page of one query takes along. */
  readonly along: QueryParams;
  readonly onSort: (sort: QuerySort) => void;
  readonly onPick: (name: FilterName, value: string) => void;
}

/** One row for each group, the most first. */
export function GroupTable({ cluster, by, groups, sort, along, onSort, onPick }: Props) {
  return (
    <Table.ScrollContainer minWidth={900} type="native">
      <Table verticalSpacing={6} horizontalSpacing={8} fz="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{groupingNames[by]}</Table.Th>
            {numberColumns.map(({ sort: own, title, about }) => (
              <Table.Th
                key={own}
                className={classes.right!}
                title={about}
                aria-sort={own === sort ? 'descending' : 'none'}
              >
                <button type="button" className={classes.sort} onClick={() => onSort(own)}>
                  {title}
                  {own === sort ? <IconArrowDown size={12} aria-hidden /> : null}
                </button>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map((group) => (
            <Table.Tr key={group.key}>
              <Table.Td>
                {by === 'fingerprint' ? (
                  <Fingerprint cluster={cluster} group={group} along={along} />
                ) : (
                  <Named by={by} group={group} onPick={onPick} />
                )}
              </Table.Td>
              {numberColumns.map(({ sort: own, show }) => (
                <Table.Td
                  key={own}
                  className={`numbers ${classes.right} ${own === 'failed' && group.failed > 0 ? classes.bad : ''}`}
                  title={own === 'failed' ? group.errors.map(countOf).join('\n') : undefined}
                >
                  {show(group)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const countOf = (error: QueryGroup['errors'][number]): string =>
  `${error.count} × ${showError(error)}`;

function Fingerprint({
  cluster,
  group,
  along,
}: {
  cluster: string;
  group: QueryGroup;
  along: QueryParams;
}) {
  const { users, tables, errors } = group;
  return (
    <>
      <Link
        to="/clusters/$id/queries/$hash"
        params={{ id: cluster, hash: group.key }}
        search={along}
        className={`mono ${classes.shape}`}
        title={group.shape}
      >
        {group.shape === '' ? group.key : group.shape}
      </Link>
      <div className={classes.under}>
        <span>{group.kind}</span>
        <span>{some(users)}</span>
        {tables.length === 0 ? null : <span>{some(tables)}</span>}
        {errors[0] === undefined ? null : (
          <span className={classes.bad}>{showError(errors[0])}</span>
        )}
      </div>
    </>
  );
}

const shownNames = 3;
const some = (names: readonly string[]): string =>
  names.length <= shownNames
    ? names.join(', ')
    : `${names.slice(0, shownNames).join(', ')} and ${names.length - shownNames} more`;

const pickedAs: Readonly<Record<Exclude<Grouping, 'fingerprint'>, FilterName>> = {
  user: 'user',
  table: 'table',
  kind: 'kind',
  error: 'code',
  node: 'node',
};

function Named({
  by,
  group,
  onPick,
}: {
  by: Exclude<Grouping, 'fingerprint'>;
  group: QueryGroup;
  onPick: Props['onPick'];
}) {
  const { key } = group;
  if (key === '') return <span className="quiet">(no {groupingNames[by].toLowerCase()})</span>;
  const [error] = group.errors;
  const words =
    by !== 'error' ? key : key === '0' ? 'finished' : error ? showError(error) : `code ${key}`;
  return (
    <button
      type="button"
      className={`${by === 'kind' || by === 'error' ? '' : 'mono'} ${classes.pick}`}
      title={`Only these, by fingerprint`}
      onClick={() => onPick(pickedAs[by], key)}
    >
      {words}
    </button>
  );
}
