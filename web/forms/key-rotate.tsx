import { SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keysQuery, rotateKey } from '../api/access.ts';
import type { IngestionKey, NewKey } from '../api/shapes.ts';
import { ConfirmForm } from './confirm.tsx';

const overlaps = [
  { value: '0s', label: 'None' },
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '1 day' },
  { value: '7d', label: '7 days' },
];

/** A new secret for a key; the old one works on for a while, so that senders can change over. */
export function KeyRotateForm({
  ingestionKey,
  onRotated,
  onClose,
}: {
  ingestionKey: IngestionKey | undefined;
  onRotated(made: NewKey): void;
  onClose(): void;
}) {
  const [overlap, setOverlap] = useState('24h');
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: (id: string) => rotateKey(id, overlap),
    onSuccess: (made) => {
      void client.invalidateQueries(keysQuery);
      onRotated(made);
      onClose();
    },
  });
  return (
    <ConfirmForm
      opened={ingestionKey !== undefined}
      title={`Rotate ${ingestionKey?.name ?? 'the key'}`}
      action="Make a new secret"
      pending={rotate.isPending}
      error={rotate.error}
      onConfirm={() => ingestionKey && rotate.mutate(ingestionKey.id)}
      onClose={onClose}
    >
      <p style={{ marginTop: 0 }}>How long should the present secret still work?</p>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="How long the present secret still works"
        value={overlap}
        onChange={setOverlap}
        data={overlaps}
      />
    </ConfirmForm>
  );
}
