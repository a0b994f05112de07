import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Channel } from '../../api/alert-shapes.ts';
import { channelsQuery, deleteChannel } from '../../api/alerts.ts';
import { ConfirmForm } from '../confirm.tsx';

export function ChannelDeleteForm({
  channel,
  onClose,
}: {
  channel: Channel | undefined;
  onClose(): void;
}) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: deleteChannel,
    onSuccess: () => {
      void client.invalidateQueries(channelsQuery);
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={channel !== undefined}
      title={`Delete ${channel?.name ?? 'the channel'}`}
      action="Delete"
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => channel && remove.mutate(channel.id)}
      onClose={onClose}
    >
      Nothing is sent there any more. Its address and secrets are forgotten.
    </ConfirmForm>
  );
}
