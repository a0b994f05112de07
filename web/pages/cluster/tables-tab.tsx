import { Modal, Select, Skeleton, TextInput } from '@mantine/core';
import { IconCircleCheck, IconSearch, IconZoomCancel } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { readingQuery, readingsQuery } from '../../api/fleet.ts';
import type { ReadingData } from '../../api/fleet-shapes.ts';
import { RowTable } from '../../table/row-table.tsx';
import { growTree } from '../../ui/json-text.ts';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { zoneOffset } from '../../ui/time.ts';
import { ValueTree } from '../../ui/value-tree.tsx';
import classes from '../cluster.module.css';
import type { ClusterTabProps } from '../cluster.tsx';
import { nextSort } from './next-sort.ts';
import { chooseReading } from './reading-choice.ts';
import { ReadingGaps } from './reading-gaps.tsx';
import { ReadingHead } from './reading-head.tsx';
import { ReadingList } from './reading-list.tsx';
import { fieldsOf, type ReadingField, type ReadingRow, readingRows } from './reading-rows.ts';
import own from './tables-tab.module.css';

/** What was last read of the nodes, table by table. */
export function TablesTab(props: ClusterTabProps) {
  const { cluster, params, onChange } = props;
  const readings = useQuery(readingsQuery(cluster.id));
  if (readings.isError)
    return <FailureNotice error={readings.error} onRetry={() => void readings.refetch()} />;
  if (readings.data === undefined)
    return (
      <div className={classes.content} aria-busy="true">
        <Skeleton height={420} radius={12} />
      </div>
    );
  const all = readings.data.readings;
  const chosen = chooseReading(all, params.table);
  if (chosen === undefined)
    return (
      <EmptyNotice icon={<IconZoomCancel size={22} />} title="Nothing has been read yet">
        Tables are read once a minute.
      </EmptyNotice>
    );
  return (
    <div className={own.columns}>
      <ReadingList
        readings={all}
        chosen={chosen.name}
        onChoose={(table) => onChange({ table, sort: undefined, q: undefined })}
      />
      <ReadingView key={chosen.name} {...props} name={chosen.name} />
    </div>
  );
}

function ReadingView(props: ClusterTabProps & { name: string }) {
  const { cluster, name } = props;
  const reading = useQuery(readingQuery(cluster.id, name));
  return (
    <section className={`${classes.card} ${own.reading}`} aria-label={name}>
      {reading.isError ? (
        <FailureNotice compact error={reading.error} onRetry={() => void reading.refetch()} />
      ) : null}
      {reading.data === undefined ? (
        reading.isPending ? (
          <Skeleton height={300} />
        ) : null
      ) : (
        <ReadingContent {...props} data={reading.data} />
      )}
    </section>
  );
}

function ReadingContent(props: ClusterTabProps & { data: ReadingData }) {
  const { data, params, onChange } = props;
  const { node, q, sort } = params;
  const zone = usePreference('zone');
  const offset = zoneOffset(zone, Date.now());
  const fields = useMemo(() => fieldsOf(data.nodes, offset), [data, offset]);
  const rows = useMemo(
    () => readingRows(data.nodes, fields, { node, q, sort, zone }),
    [data, fields, node, q, sort, zone],
  );
  const any = data.nodes.some((each) => each.rows.length > 0);
  return (
    <>
      <ReadingHead data={data} />
      <ReadingGaps nodes={data.nodes} />
      {any ? (
        <>
          <div className={classes.toolbar}>
            <TextInput
              aria-label="Find in the rows"
              placeholder="Find in the rows"
              leftSection={<IconSearch size={13} />}
              value={q ?? ''}
              onChange={(event) => onChange({ q: event.currentTarget.value })}
            />
            <Select
              aria-label="Node"
              placeholder="All nodes"
              clearable
              data={data.nodes.map((each) => each.node)}
              value={node ?? null}
              onChange={(value) => onChange({ node: value ?? undefined })}
            />
            <span className="quiet numbers" aria-live="polite">
              {rows.length} {rows.length === 1 ? 'row' : 'rows'}
            </span>
          </div>
          <Rows
            label={data.name}
            rows={rows}
            fields={fields}
            sort={sort}
            onSort={(next) => onChange({ sort: next })}
          />
        </>
      ) : data.nodes.some((each) => each.gap === undefined) ? (
        <EmptyNotice icon={<IconCircleCheck size={22} />} title="No rows: there is nothing of this">
          It was read, and the table has no such rows.
        </EmptyNotice>
      ) : null}
    </>
  );
}

function Rows({
  label,
  rows,
  fields,
  sort,
  onSort,
}: {
  label: string;
  rows: readonly ReadingRow[];
  fields: readonly ReadingField[];
  sort: string | undefined;
  onSort(sort: string | undefined): void;
}) {
  const zone = usePreference('zone');
  const [current, setCurrent] = useState<number>();
  const [open, setOpen] = useState<ReadingRow>();
  const shown = useMemo(() => rows.map((row) => row.shown), [rows]);
  const titles = useMemo(() => ['Node', ...fields.map(({ title }) => title)], [fields]);
  const nameOf = (title: string) => fields.find((field) => field.title === title)?.name ?? 'node';
  const titleOf = (name: string) => fields.find((field) => field.name === name)?.title ?? 'Node';
  return (
    <div className={own.rows} style={{ ['--rows' as string]: Math.max(rows.length, 2) }}>
      <RowTable
        label={label}
        rows={shown}
        fields={titles}
        wrap={false}
        zone={zone}
        dimmed={false}
        current={current}
        onCurrent={(index, wanted) => {
          setCurrent(index);
          if (wanted) setOpen(rows[index]);
        }}
        onClose={() => setCurrent(undefined)}
        onEnd={() => undefined}
        sort={
          sort === undefined
            ? undefined
            : `${sort.startsWith('-') ? '-' : ''}${titleOf(sort.replace(/^-/, ''))}`
        }
        onSort={(title) => onSort(nextSort(sort, nameOf(title)))}
        footer={null}
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={`${label} of ${open?.node ?? ''}`}
        size="lg"
      >
        <ValueTree
          entries={Object.entries(open?.values ?? {}).map(([name, value]) =>
            growTree(name, value, name),
          )}
        />
      </Modal>
    </div>
  );
}
