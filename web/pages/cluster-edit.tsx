import { Skeleton } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { changeCluster, clusterQuery } from '../api/fleet.ts';
import type { Cluster } from '../api/fleet-shapes.ts';
import { changeOf, draftOf } from '../forms/cluster/cluster-draft.ts';
import { ClusterForm } from '../forms/cluster.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import classes from './clusters.module.css';

/** Changing what is said of a cluster. */
export function ClusterEditPage() {
  const { id } = useParams({ from: '/clusters/$id/edit' });
  const cluster = useQuery(clusterQuery(id));
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Edit {cluster.data?.name ?? 'cluster'}</h1>
      </header>
      {cluster.data !== undefined && cluster.data.origin !== 'api' ? (
        <EmptyNotice icon={<IconLock size={22} />} title="This cluster is not defined here">
          {cluster.data.origin === 'file'
            ? 'Change it in the clusters file, and restart Castellan.'
            : 'Change the CLICKHOUSE_ variables, and restart Castellan.'}
        </EmptyNotice>
      ) : cluster.data !== undefined ? (
        <EditForm cluster={cluster.data} />
      ) : cluster.isError ? (
        <FailureNotice error={cluster.error} onRetry={() => void cluster.refetch()} />
      ) : (
        <Skeleton height={360} radius={12} />
      )}
    </div>
  );
}

function EditForm({ cluster }: { cluster: Cluster }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: (body: Parameters<typeof changeOf>[1]) =>
      changeCluster(cluster.id, changeOf(cluster, body)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['clusters'] });
      void navigate({ to: '/clusters/$id', params: { id: cluster.id } });
    },
  });
  return (
    <ClusterForm
      initial={draftOf(cluster)}
      saved={cluster.id}
      saving={change.isPending}
      saveError={change.error}
      onSave={(body) => change.mutate(body)}
      cancel={
        <LinkButton
          variant="subtle"
          color="gray"
          size="sm"
          to="/clusters/$id"
          params={{ id: cluster.id }}
        >
          Cancel
        </LinkButton>
      }
    />
  );
}
