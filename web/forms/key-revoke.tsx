import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keysQuery, revokeKey } from '../api/access.ts';
import type { IngestionKey } from '../api/shapes.ts';
import { ConfirmForm } from './confirm.tsx';

export function KeyRevokeForm({
  ingestionKey,
  onClose,
}: {
  ingestionKey: IngestionKey | undefined;
  onClose(): void;
}) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: revokeKey,
    onSuccess: () => {
      void client.invalidateQueries(keysQuery);
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={ingestionKey !== undefined}
      title={`Revoke ${ingestionKey?.name ?? 'the key'}`}
      action="Revoke"
      danger
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => ingestionKey && revoke.mutate(ingestionKey.id)}
      onClose={onClose}
    >
      What is sent with this key is refused from now on. This cannot be taken back.
    </ConfirmForm>
  );
}
