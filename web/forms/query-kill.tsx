import { Alert, Button, Modal, Skeleton, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type KillData, killQuery, killsQuery, type RunningQuery } from '../api/queries.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { SqlText } from '../ui/sql-text.tsx';
import classes from './confirm.module.css';
import { FormEnd } from './form-end.tsx';

const identityOf = ({ node, queryId, user, textBytes, startedSeconds }: RunningQuery) => ({
  node,
  queryId,
  user,
  textBytes,
  startedSeconds,
});

/** Which statement would run where, whether the server would do it, and the id once more. */
export function QueryKillForm({
  cluster,
  query,
  onClose,
}: {
  cluster: string;
  query: RunningQuery;
  onClose(): void;
}) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const identity = identityOf(query);
  const trial = useQuery({
    queryKey: ['clusters', cluster, 'kill trial', identity],
    queryFn: () => killQuery(cluster, { ...identity, dryRun: true }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const kill = useMutation({
    mutationFn: () => killQuery(cluster, { ...identity, dryRun: false, confirm: typed.trim() }),
    onSuccess: () => void client.invalidateQueries({ queryKey: killsQuery(cluster).queryKey }),
  });
  return (
    <Modal opened onClose={onClose} title="Kill a query" size="lg">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === query.queryId && trial.data?.possible) kill.mutate();
        }}
      >
        <p>
          Whoever waits for it gets an error. Rows that it has inserted so far stay. This runs on{' '}
          <b className="mono">{query.node}</b>, as the monitoring user, and is kept with who asked
          for it:
        </p>
        {trial.isError ? (
          <FailureNotice compact error={trial.error} onRetry={() => void trial.refetch()} />
        ) : trial.data === undefined ? (
          <Skeleton height={90} aria-busy="true" />
        ) : (
          <>
            <SqlText sql={trial.data.sql} />
            {trial.data.possible ? null : <Answer data={trial.data} />}
          </>
        )}
        {kill.data === undefined ? (
          <>
            <TextInput
              label="Its id, once more"
              description={query.queryId}
              autoComplete="off"
              value={typed}
              disabled={trial.data?.possible !== true}
              rightSection={<CopyButton value={query.queryId} what="id" />}
              onChange={(event) => setTyped(event.currentTarget.value)}
              error={
                typed === '' || query.queryId.startsWith(typed.trim())
                  ? undefined
                  : 'This is not the id'
              }
            />
            <FormEnd
              action="Kill query"
              danger
              pending={kill.isPending}
              error={kill.error}
              onCancel={onClose}
            />
          </>
        ) : (
          <>
            <Answer data={kill.data} />
            <div className={classes.buttons}>
              <Button onClick={onClose}>Close</Button>
            </div>
          </>
        )}
      </form>
    </Modal>
  );
}

/** What the server said. */
function Answer({ data }: { data: KillData }) {
  const well = data.outcome === 'killed';
  return (
    <>
      <Alert color={well ? 'green' : 'yellow'} p="xs" role="status">
        {data.detail}
      </Alert>
      {data.grant === undefined ? null : (
        <CodeBlock title="Run this on the cluster, where killing is wanted" code={data.grant} />
      )}
    </>
  );
}
