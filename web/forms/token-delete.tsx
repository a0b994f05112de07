import { useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteToken, tokensQuery } from '../api/access.ts';
import type { ApiToken } from '../api/shapes.ts';
import { ConfirmForm } from './confirm.tsx';

export function TokenDeleteForm({
  token,
  onClose,
}: {
  token: ApiToken | undefined;
  onClose(): void;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: deleteToken,
    onSuccess: () => {
      void client.invalidateQueries(tokensQuery);
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={token !== undefined}
      title={`Delete ${token?.name ?? 'the token'}`}
      action="Delete"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => token && remove.mutate(token.id)}
      onClose={onClose}
    >
      Programs that use this token are refused from now on. This cannot be taken back.
    </ConfirmForm>
  );
}
