import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { panelQuery, type TableSubject } from '../../api/panels.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { zoneOffset } from '../../ui/time.ts';
import { ReadingGaps } from '../cluster/reading-gaps.tsx';
import { fieldsOf, readingRows } from '../cluster/reading-rows.ts';
import { PanelHead } from '../cluster/rows-panel.tsx';
import classes from '../cluster.module.css';
import { breakDefinition } from './definition-lines.ts';
import own from './definition-panel.module.css';

const SqlText = lazy(async () => ({
  default: (await import('../../ui/sql-text.tsx')).SqlText,
}));

/** Engine, keys, TTL and settings of the table, and the statement that made it. */
export function DefinitionPanel({ id, table }: { id: string; table: TableSubject }) {
  const zone = usePreference('zone');
  const panel = useQuery(panelQuery(id, { of: 'table', panel: 'definition', ...table }));
  const nodes = panel.data?.nodes ?? [];
  const fields = fieldsOf(nodes, zoneOffset(zone, Date.now()));
  const [row] = readingRows(nodes, fields, { zone });
  const statement = row?.values.statement;
  const facts = fields.filter(
    ({ name, title }) => name !== 'statement' && (row?.shown[title] ?? '') !== '',
  );
  return (
    <section className={classes.card} aria-label="Definition">
      <PanelHead title="Definition" data={panel.data} />
      {panel.isError ? (
        <FailureNotice compact error={panel.error} onRetry={() => void panel.refetch()} />
      ) : panel.data === undefined ? (
        <Skeleton height={160} />
      ) : (
        <>
          <ReadingGaps nodes={nodes} />
          {row === undefined && nodes.some((node) => node.gap === undefined) ? (
            <p className="quiet">{panel.data.none.words}</p>
          ) : null}
        </>
      )}
      {facts.length === 0 ? null : (
        <dl className={own.facts}>
          {facts.map(({ name, title }) => (
            <div key={name}>
              <dt>{title}</dt>
              <dd>{row?.shown[title]}</dd>
            </div>
          ))}
        </dl>
      )}
      {typeof statement === 'string' && statement !== '' ? (
        <>
          <Suspense fallback={<Skeleton height={120} />}>
            <SqlText sql={breakDefinition(statement)} />
          </Suspense>
          <div>
            <CopyButton value={breakDefinition(statement)} label="Copy DDL" what="DDL" />
          </div>
        </>
      ) : null}
    </section>
  );
}
