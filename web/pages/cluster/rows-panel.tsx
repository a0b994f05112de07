import { Button, Skeleton, TextInput } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { IconCircleCheck, IconCircleOff, IconCode, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { PanelData } from '../../api/fleet-shapes.ts';
import { type PanelSubject, panelQuery } from '../../api/panels.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import { formatAgo, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import { PanelTable } from './panel-table.tsx';
import { ReadingGaps } from './reading-gaps.tsx';
import { fieldsOf, readingRows } from './reading-rows.ts';
import own from './rows-panel.module.css';

interface Props {
  /** Id of the cluster. */
  readonly id: string;
  readonly subject: PanelSubject;
  /** Until the API has said it. */
  readonly title: string;
}

/** Rows that servers are asked for while this is in sight, and the statement behind them. */
export function RowsPanel({ id, subject, title }: Props) {
  const { ref, inViewport } = useInViewport<HTMLElement>();
  const panel = useQuery({ ...panelQuery(id, subject), enabled: inViewport });
  return (
    <section ref={ref} className={classes.card} aria-label={title} aria-busy={panel.isLoading}>
      <PanelHead title={title} data={panel.data} />
      {panel.isError ? (
        <FailureNotice compact error={panel.error} onRetry={() => void panel.refetch()} />
      ) : null}
      {panel.data === undefined ? (
        panel.isError ? null : (
          <Skeleton height={90} />
        )
      ) : (
        <PanelRows id={id} data={panel.data} />
      )}
    </section>
  );
}

/** What is shown, how old it is, what is left out, and the statement. */
export function PanelHead({ title, data }: { title: string; data: PanelData | undefined }) {
  const [shown, setShown] = useState(false);
  const oldest = data?.nodes.flatMap(({ at }) => at ?? []).sort()[0];
  const sql = data?.nodes.find((node) => node.sql !== '')?.sql ?? '';
  const cut = data?.nodes.filter(({ truncated }) => truncated) ?? [];
  const notes = [
    ...(oldest === undefined ? [] : [`read ${formatAgo(oldest, Date.now())}`]),
    ...(cut.length === 0 ? [] : [`the first rows of ${cut.map(({ node }) => node).join(', ')}`]),
    ...(data === undefined || data.unasked === 0
      ? []
      : [`${data.unasked} further nodes were not asked: choose one`]),
  ];
  return (
    <div className={classes.titled}>
      <h2>{data?.title ?? title}</h2>
      <span className="quiet">{notes.join('; ')}</span>
      {sql === '' ? null : (
        <span className={classes.end}>
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconCode size={14} />}
            aria-label={`Show SQL of ${title}`}
            onClick={() => setShown(true)}
          >
            Show SQL
          </Button>
        </span>
      )}
      <StatementDialog title={title} sql={sql} opened={shown} onClose={() => setShown(false)} />
    </div>
  );
}

/** Longer lists can be searched. */
const searchable = 12;

function PanelRows({ id, data }: { id: string; data: PanelData }) {
  const zone = usePreference('zone');
  const [q, setQ] = useState('');
  const [sort, setSort] = useState<string>();
  const offset = zoneOffset(zone, Date.now());
  const fields = useMemo(() => fieldsOf(data.nodes, offset), [data, offset]);
  const rows = useMemo(
    () => readingRows(data.nodes, fields, { q, sort, zone }),
    [data, fields, q, sort, zone],
  );
  const count = data.nodes.reduce((sum, node) => sum + node.rows.length, 0);
  const read = data.nodes.some((node) => node.gap === undefined);
  return (
    <>
      <ReadingGaps nodes={data.nodes} />
      {data.nodes.length === 0 ? (
        <p className="quiet">No node of this cluster is read now.</p>
      ) : count === 0 && read ? (
        <NoRows none={data.none} />
      ) : null}
      {count > searchable ? (
        <div className={classes.toolbar}>
          <TextInput
            aria-label={`Find in ${data.title}`}
            placeholder="Find"
            leftSection={<IconSearch size={13} />}
            value={q}
            onChange={(event) => setQ(event.currentTarget.value)}
          />
          <span className="quiet numbers" aria-live="polite">
            {rows.length === count ? `${count} rows` : `${rows.length} of ${count} rows`}
          </span>
        </div>
      ) : null}
      {count === 0 ? null : (
        <PanelTable
          id={id}
          title={data.title}
          rows={rows}
          fields={fields}
          byNode={data.nodes.length > 1}
          sort={sort}
          onSort={setSort}
        />
      )}
    </>
  );
}

function NoRows({ none }: { none: PanelData['none'] }) {
  return (
    <p className={own.none} data-healthy={none.healthy || undefined}>
      {none.healthy ? (
        <IconCircleCheck size={16} aria-hidden />
      ) : (
        <IconCircleOff size={16} aria-hidden />
      )}
      <span>
        <b>{none.healthy ? 'Healthy' : 'No data'}</b>: {none.words}
      </span>
    </p>
  );
}
