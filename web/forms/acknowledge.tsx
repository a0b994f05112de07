import { Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alert } from '../api/alert-shapes.ts';
import { acknowledgeAlert } from '../api/alerts.ts';
import { setPreference, usePreference } from '../ui/preferences.ts';
import classes from './confirm.module.css';
import { FormEnd } from './form-end.tsx';

/** Says that somebody looks after it: reminders stop, its end is still told. */
export function AcknowledgeForm({
  alert,
  opened,
  onClose,
}: {
  alert: Alert;
  opened: boolean;
  onClose(): void;
}) {
  const known = usePreference('person');
  const [by, setBy] = useState(known);
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () =>
      acknowledgeAlert(alert.id, {
        ...(by.trim() === '' ? {} : { by: by.trim() }),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      }),
    onSuccess: () => {
      setPreference('person', by.trim());
      void client.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title="Acknowledge">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          acknowledge.mutate();
        }}
      >
        <div className="quiet">
          Reminders stop. Everybody is still told when it gets worse, and when it is over.
        </div>
        <TextInput
          label="Who looks after it"
          maxLength={200}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label="Note"
          maxLength={1_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <FormEnd
          action="Acknowledge"
          pending={acknowledge.isPending}
          error={acknowledge.error}
          onCancel={onClose}
        />
      </form>
    </Modal>
  );
}
