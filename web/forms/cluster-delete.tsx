import { useMutation, useQueryClient } from '@tanstack/react-query';
import { clustersQuery, deleteCluster } from '../api/fleet.ts';
import type { Cluster } from '../api/fleet-shapes.ts';
import { ConfirmForm } from './confirm.tsx';

export function ClusterDeleteForm({
  cluster,
  opened,
  onClose,
  onDeleted,
}: {
  cluster: Cluster;
  opened: boolean;
  onClose(): void;
  onDeleted(): void;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteCluster(cluster.id),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: ['clusters', cluster.id] });
      void client.invalidateQueries(clustersQuery);
    },
  });
  return (
    <ConfirmForm
      opened={opened}
      title={`Delete ${cluster.name}`}
      action="Delete"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      Castellan forgets its address and password, its findings, its scores and what was marked as
      intended. Samples that were taken stay in the store until their retention ends. Nothing is
      changed on the cluster itself. This cannot be taken back; pausing can.
    </ConfirmForm>
  );
}
