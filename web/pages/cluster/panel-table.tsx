import { Table } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { nextSort } from './next-sort.ts';
import type { ReadingField, ReadingRow } from './reading-rows.ts';
import own from './rows-panel.module.css';

/** What is drawn at first; the rest is found by typing, or drawn when asked for. */
const mostRows = 100;

interface Props {
  /** Id of the cluster. */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly ReadingRow[];
  readonly fields: readonly ReadingField[];
  /** Whether rows say which node they are of. */
  readonly byNode: boolean;
  readonly sort: string | undefined;
  readonly onSort: (sort: string | undefined) => void;
}

/** Rows of a panel; tables and nodes among them are links to their pages. */
export function PanelTable({ id, title, rows, fields, byNode, sort, onSort }: Props) {
  const [all, setAll] = useState(false);
  const columns = byNode ? [{ name: 'node', title: 'Node' }, ...fields] : fields;
  const shown = all ? rows : rows.slice(0, mostRows);
  return (
    <>
      <Table.ScrollContainer minWidth={0} type="native" mah={520} className={own.scroll!}>
        <Table verticalSpacing={4} horizontalSpacing={8} fz="xs" stickyHeader aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((field) => (
                <SortHead key={field.name} field={field} sort={sort} onSort={onSort} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own
              <Table.Tr key={index}>
                {columns.map((field) => (
                  <Table.Td
                    key={field.name}
                    className={typeof row.values[field.name] === 'number' ? 'numbers' : own.text!}
                  >
                    <Cell id={id} row={row} field={field} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.length < rows.length ? (
        <button type="button" className={own.more} onClick={() => setAll(true)}>
          Show all {rows.length} rows
        </button>
      ) : null}
    </>
  );
}

function SortHead({
  field,
  sort,
  onSort,
}: {
  field: ReadingField;
  sort: string | undefined;
  onSort(sort: string | undefined): void;
}) {
  const up = sort === field.name;
  const down = sort === `-${field.name}`;
  return (
    <Table.Th aria-sort={up ? 'ascending' : down ? 'descending' : undefined}>
      <button type="button" className={own.sort} onClick={() => onSort(nextSort(sort, field.name))}>
        {field.title}
        {up ? <IconArrowUp size={12} aria-hidden /> : null}
        {down ? <IconArrowDown size={12} aria-hidden /> : null}
      </button>
    </Table.Th>
  );
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function Cell({ id, row, field }: { id: string; row: ReadingRow; field: ReadingField }) {
  const { database, table } = row.values;
  const text = row.shown[field.title] ?? '';
  if (field.name === 'node')
    return (
      <Link to="/clusters/$id/nodes/$node" params={{ id, node: row.node }} className="mono">
        {row.node}
      </Link>
    );
  if (field.name === 'table' && isText(database) && isText(table))
    return (
      <Link to="/clusters/$id/table" params={{ id }} search={{ database, table }}>
        {text}
      </Link>
    );
  return text;
}
