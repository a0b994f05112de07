import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeCluster } from '../api/fleet.ts';
import type { Cluster } from '../api/fleet-shapes.ts';
import { ConfirmForm } from './confirm.tsx';

export function ClusterPauseForm({
  cluster,
  opened,
  onClose,
}: {
  cluster: Cluster;
  opened: boolean;
  onClose(): void;
}) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => changeCluster(cluster.id, { paused: !cluster.paused }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['clusters'] });
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={opened}
      title={`${cluster.paused ? 'Resume' : 'Pause'} ${cluster.name}`}
      action={cluster.paused ? 'Resume' : 'Pause'}
      pending={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      {cluster.paused
        ? 'Reading, checking and alerting go on at once.'
        : 'Nothing is read from it, and nobody is alerted about it, until it is resumed.'}
    </ConfirmForm>
  );
}
