import { Button, Select, Skeleton, Switch, Table, Tooltip } from '@mantine/core';
import { IconCircleCheck, IconPlayerStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { type RunningData, type RunningQuery, runningQuery } from '../../api/queries.ts';
import { QueryKillForm } from '../../forms/query-kill.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatCount, formatShort } from '../../ui/quantity.ts';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import { formatClock, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import own from './queries.module.css';
import { showMs, showShare } from './query-words.ts';

/** What runs on all nodes now; asked again every few seconds while it is followed. */
export function RunningView({
  cluster,
  node,
  onNode,
}: {
  cluster: Cluster;
  node: string | undefined;
  onNode(node: string | undefined): void;
}) {
  const [follow, setFollow] = useState(true);
  const [asksSql, setAsksSql] = useState(false);
  const [killed, setKilled] = useState<RunningQuery>();
  const running = useQuery(runningQuery(cluster.id, follow && killed === undefined));
  const zone = usePreference('zone');
  const { data } = running;
  const queries = (data?.queries ?? []).filter(
    (query) => node === undefined || query.node === node,
  );
  return (
    <div className={classes.content}>
      <div className={classes.toolbar}>
        <Switch
          size="xs"
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Select
          aria-label="Node"
          placeholder="All nodes"
          clearable
          data={cluster.nodes.map(({ id }) => id)}
          value={node ?? null}
          onChange={(value) => onNode(value ?? undefined)}
        />
        <span className="quiet numbers">
          {data === undefined
            ? null
            : `${formatCount(queries.length)} at ${formatClock(data.at, zone, 0)} ${zoneOffset(zone, Date.parse(data.at))}`}
        </span>
        <span className={classes.end}>
          <Button variant="subtle" size="compact-xs" onClick={() => setAsksSql(true)}>
            Show SQL
          </Button>
        </span>
      </div>
      {running.isError ? (
        <FailureNotice compact error={running.error} onRetry={() => void running.refetch()} />
      ) : null}
      {data === undefined ? (
        running.isPending ? (
          <Skeleton height={320} radius={12} aria-busy="true" />
        ) : null
      ) : (
        <>
          <Unanswered nodes={data.nodes} />
          <section className={classes.card} aria-label="Running queries">
            {data.killing.enabled ? null : <p className="quiet">{data.killing.detail}</p>}
            {queries.length === 0 ? (
              <Nothing data={data} />
            ) : (
              <RunningTable
                cluster={cluster.id}
                queries={queries}
                kills={data.killing.enabled}
                onKill={setKilled}
              />
            )}
          </section>
          <StatementDialog
            title="running queries"
            sql={data.nodes.find(({ ok }) => ok)?.sql ?? ''}
            opened={asksSql}
            onClose={() => setAsksSql(false)}
          >
            Asked of each node, at most once a second however many people look.
          </StatementDialog>
        </>
      )}
      {killed === undefined ? null : (
        <QueryKillForm
          cluster={cluster.id}
          query={killed}
          onClose={() => {
            setKilled(undefined);
            void running.refetch();
          }}
        />
      )}
    </div>
  );
}

function Unanswered({ nodes }: { nodes: RunningData['nodes'] }) {
  const notes = nodes.filter(({ ok, truncated }) => !ok || truncated);
  if (notes.length === 0) return null;
  return (
    <ul className={own.notes} aria-label="What is missing">
      {notes.map(({ node, ok, detail, grant }) => (
        <li key={node}>
          <b className="mono">{node}</b>
          <span>
            {ok ? 'Only its longest queries are shown.' : `Not asked: ${detail ?? 'no answer'}`}
          </span>
          {grant === undefined ? null : <CodeBlock title="The right that it lacks" code={grant} />}
        </li>
      ))}
    </ul>
  );
}

function Nothing({ data }: { data: RunningData }) {
  if (!data.nodes.some(({ ok }) => ok))
    return <p className="quiet">No node answered, so nobody knows what runs.</p>;
  return (
    <EmptyNotice icon={<IconCircleCheck size={22} />} title="Nothing runs">
      Queries that end between two looks are on the page of the log.
    </EmptyNotice>
  );
}

function RunningTable({
  cluster,
  queries,
  kills,
  onKill,
}: {
  cluster: string;
  queries: readonly RunningQuery[];
  kills: boolean;
  onKill(query: RunningQuery): void;
}) {
  return (
    <Table.ScrollContainer minWidth={860} type="native">
      <Table verticalSpacing={6} horizontalSpacing={8} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={own.right!}>Elapsed</Table.Th>
            <Table.Th>Query</Table.Th>
            <Table.Th>User</Table.Th>
            <Table.Th>Node</Table.Th>
            <Table.Th className={own.right!}>Rows read</Table.Th>
            <Table.Th>Progress</Table.Th>
            <Table.Th className={own.right!}>Memory</Table.Th>
            {kills ? <Table.Th /> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {queries.map((query) => (
            <Table.Tr key={`${query.node} ${query.queryId}`}>
              <Table.Td className={`numbers ${own.right}`}>{showMs(query.elapsedMs)}</Table.Td>
              <Table.Td>
                <Link
                  to="/clusters/$id/queries/$hash"
                  params={{ id: cluster, hash: query.hash }}
                  search={{}}
                  className={`mono ${own.shape}`}
                  title={query.text ?? query.shape}
                >
                  {query.text ?? query.shape}
                </Link>
                <div className={own.under}>
                  <span className="mono">{query.queryId}</span>
                  {query.initial ? null : <span>for another node</span>}
                  {query.client === '' ? null : <span>{query.client}</span>}
                  {query.cancelled ? <span className={own.bad}>told to end</span> : null}
                </div>
              </Table.Td>
              <Table.Td className="mono">{query.user}</Table.Td>
              <Table.Td className="mono">{query.node}</Table.Td>
              <Table.Td className={`numbers ${own.right}`}>{formatShort(query.readRows)}</Table.Td>
              <Table.Td>
                <Progress query={query} />
              </Table.Td>
              <Table.Td className={`numbers ${own.right}`}>
                {formatBytes(Math.max(0, query.memoryBytes))}
              </Table.Td>
              {kills ? (
                <Table.Td>
                  <KillButton query={query} onKill={onKill} />
                </Table.Td>
              ) : null}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Progress({ query }: { query: RunningQuery }) {
  const { progress, totalRows } = query;
  if (progress === null) return <span className="quiet">unknown</span>;
  return (
    <span title={`of about ${formatShort(totalRows ?? 0)} rows`} className="numbers">
      {showShare(progress)}
      <div className={own.bar}>
        <i style={{ width: `${progress * 100}%` }} />
      </div>
    </span>
  );
}

function KillButton({ query, onKill }: { query: RunningQuery; onKill(query: RunningQuery): void }) {
  if (query.protected !== undefined)
    return (
      <Tooltip label={query.protected}>
        <span className="quiet">own</span>
      </Tooltip>
    );
  return (
    <Button
      variant="default"
      size="compact-xs"
      color="red"
      leftSection={<IconPlayerStop size={13} />}
      aria-label={`Kill ${query.queryId}`}
      onClick={() => onKill(query)}
    >
      Kill
    </Button>
  );
}
