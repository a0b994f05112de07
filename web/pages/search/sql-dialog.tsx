import { Modal, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { compileQuery } from '../../api/search.ts';
import type { QueryBody } from '../../api/shapes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from './sql-dialog.module.css';

const SqlText = lazy(async () => ({ default: (await import('../../ui/sql-text.tsx')).SqlText }));

/** How a query is understood, and what the store is asked. */
export function SqlDialog({
  query,
  ran,
  opened,
  onClose,
}: {
  query: QueryBody;
  /** The statement as it ran, once it has. */
  ran: string | undefined;
  opened: boolean;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="How this search runs" size="xl">
      <SqlExplanation query={query} ran={ran} />
    </Modal>
  );
}

function SqlExplanation({ query, ran }: { query: QueryBody; ran: string | undefined }) {
  const { source, where, language } = query;
  const compiled = useQuery(compileQuery({ source, where, language }));
  if (compiled.isPending) return <Skeleton height={160} />;
  if (compiled.isError)
    return <FailureNotice error={compiled.error} onRetry={() => void compiled.refetch()} />;
  const { explanation, params } = compiled.data;
  const sql = ran ?? compiled.data.sql;
  const bound = Object.entries(params);
  return (
    <div className={classes.parts}>
      <section>
        <h3>In words</h3>
        <p>{explanation === '' ? 'Every row of the time range.' : explanation}</p>
      </section>
      <section>
        <h3>
          SQL <CopyButton value={sql} what="SQL" />
        </h3>
        <Suspense fallback={<Skeleton height={120} />}>
          <SqlText sql={sql} />
        </Suspense>
      </section>
      {bound.length === 0 ? null : (
        <section>
          <h3>Values, sent apart from the text</h3>
          <dl className={`mono ${classes.params}`}>
            {bound.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
