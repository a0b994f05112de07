import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Maintenance } from '../../api/alert-shapes.ts';
import { deleteMaintenance, maintenanceQuery } from '../../api/alerts.ts';
import { ConfirmForm } from '../confirm.tsx';

export function MaintenanceDeleteForm({
  window,
  onClose,
}: {
  window: Maintenance | undefined;
  onClose(): void;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: deleteMaintenance,
    onSuccess: () => {
      void client.invalidateQueries(maintenanceQuery);
      void client.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={window !== undefined}
      title={`Delete ${window?.name ?? 'the window'}`}
      action="Delete"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => window && remove.mutate(window.id)}
      onClose={onClose}
    >
      People are told again of what it kept quiet, at once if it holds now.
    </ConfirmForm>
  );
}
