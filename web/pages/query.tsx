import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { type QueryData, queryQuery } from '../api/queries.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { usePreference } from '../ui/preferences.ts';
import { formatTime, zoneOffset } from '../ui/time.ts';
import { changeParams } from './cluster/cluster-params.ts';
import classes from './cluster.module.css';
import { NodeNotes } from './queries/asked-nodes.tsx';
import { EmptyLog } from './queries/empty-log.tsx';
import { LogTools } from './queries/log-tools.tsx';
import { NumbersRow } from './queries/numbers-row.tsx';
import own from './queries/queries.module.css';
import { QueriesFrame } from './queries/queries-frame.tsx';
import { rangeChange, rangeOf } from './queries/query-params.ts';
import { TrendPlots } from './queries/trend-plots.tsx';
import { useFixedWindow } from './queries/use-fixed-window.ts';
import { ErrorCard } from './query/error-card.tsx';
import { ExecutionTable } from './query/execution-table.tsx';
import { ShareTable } from './query/share-table.tsx';

const SqlText = lazy(async () => ({ default: (await import('../ui/sql-text.tsx')).SqlText }));

/** One shape of queries: what it is, what it costs, who sends it, and its latest runs. */
export function QueryPage() {
  const { id, hash } = useParams({ from: '/clusters/$id/queries/$hash' });
  const params = useSearch({ from: '/clusters/$id/queries/$hash' });
  const navigate = useNavigate({ from: '/clusters/$id/queries/$hash' });
  const range = rangeOf(params);
  const { window, refresh } = useFixedWindow(range);
  const { node, scope } = params;
  const answer = useQuery(
    queryQuery(id, hash, {
      ...window,
      ...(node === undefined ? {} : { node }),
      ...(scope === undefined ? {} : { scope }),
    }),
  );
  const change = (wanted: ReturnType<typeof rangeChange>) =>
    void navigate({ search: (before) => changeParams(before, wanted), replace: true });
  const { data } = answer;
  const crumb = (
    <Link to="/clusters/$id/queries" params={{ id }} search={params}>
      Queries
    </Link>
  );
  return (
    <QueriesFrame id={id} title={`Query ${hash}`} crumbs={crumb}>
      {() => (
        <div className={classes.content}>
          <div className={classes.toolbar}>
            <LogTools
              title="this query"
              answer={answer}
              range={range}
              onRange={(next) => change(rangeChange(next))}
              refresh={refresh}
            />
          </div>
          {answer.isError ? (
            <FailureNotice error={answer.error} onRetry={() => void answer.refetch()} />
          ) : null}
          {data === undefined ? (
            answer.isPending ? (
              <Skeleton height={480} radius={12} aria-busy="true" />
            ) : null
          ) : (
            <div className={`${classes.content} ${answer.isPlaceholderData ? own.stale : ''}`}>
              <NodeNotes nodes={data.nodes} />
              {data.query === null ? (
                data.empty === null ? null : (
                  <EmptyLog empty={data.empty} />
                )
              ) : (
                <Content
                  data={data}
                  onZoom={(from, to) => change(rangeChange({ kind: 'between', from, to }))}
                />
              )}
            </div>
          )}
        </div>
      )}
    </QueriesFrame>
  );
}

const isoOf = (ms: number): string => new Date(Math.round(ms)).toISOString();

function Content({ data, onZoom }: { data: QueryData; onZoom(from: string, to: string): void }) {
  const zone = usePreference('zone');
  const { query } = data;
  if (query === null) return null;
  const time = (at: string) => `${formatTime(at, zone, 0)} ${zoneOffset(zone, Date.parse(at))}`;
  return (
    <>
      <section className={classes.card} aria-label="Text">
        <div className={classes.titled}>
          <h2>Normalized text</h2>
          <span className="quiet">
            {query.kind} · first seen {time(query.firstSeen)} · last {time(query.lastSeen)}
          </span>
          <span className={classes.end}>
            <CopyButton value={query.shape} what="text" />
          </span>
        </div>
        <Suspense fallback={<Skeleton height={40} />}>
          <SqlText sql={query.shape} />
        </Suspense>
      </section>
      <NumbersRow numbers={query} />
      <TrendPlots data={data} onZoom={(from, to) => onZoom(isoOf(from), isoOf(to))} />
      <div className={classes.halves}>
        <ShareTable title="Users" shares={data.users} none="The log names no user." />
        <ShareTable title="Nodes" shares={data.byNode} none="No node counted it." />
      </div>
      <div className={classes.halves}>
        <ShareTable
          title="Tables"
          shares={data.tables}
          none="It reads and writes no table that the log names."
        />
        <ErrorCard errors={data.errors} />
      </div>
      <ExecutionTable executions={data.executions} />
    </>
  );
}
