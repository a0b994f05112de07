import { Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alert } from '../api/alert-shapes.ts';
import { createSilence } from '../api/alerts.ts';
import { silenceScopes } from '../pages/alerts/silence-scopes.ts';
import { setPreference, usePreference } from '../ui/preferences.ts';
import classes from './confirm.module.css';
import { FormEnd } from './form-end.tsx';

const spans = [
  { value: '30m', label: 'Half an hour' },
  { value: '2h', label: 'Two hours' },
  { value: '8h', label: 'Eight hours' },
  { value: '24h', label: 'One day' },
  { value: '168h', label: 'One week' },
];

/** Keeps what an alert is about quiet for a while. */
export function SilenceForm({
  alert,
  opened,
  onClose,
}: {
  alert: Alert;
  opened: boolean;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Silence">
      <SilenceFields alert={alert} onClose={onClose} />
    </Modal>
  );
}

function SilenceFields({ alert, onClose }: { alert: Alert; onClose(): void }) {
  const scopes = silenceScopes(alert);
  const known = usePreference('person');
  const [scope, setScope] = useState('0');
  const [duration, setDuration] = useState('2h');
  const [by, setBy] = useState(known);
  const [comment, setComment] = useState('');
  const client = useQueryClient();
  const silence = useMutation({
    mutationFn: () =>
      createSilence({
        match: scopes[Number(scope)]?.match ?? {},
        duration,
        comment: comment.trim(),
        ...(by.trim() === '' ? {} : { by: by.trim() }),
      }),
    onSuccess: () => {
      setPreference('person', by.trim());
      void client.invalidateQueries({ queryKey: ['alerts'] });
      void client.invalidateQueries({ queryKey: ['silences'] });
      onClose();
    },
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        silence.mutate();
      }}
    >
      <div className="quiet">Alerts go on here, but nobody is sent a message about them.</div>
      <Select
        label="Covers"
        data={scopes.map(({ label }, i) => ({ value: String(i), label }))}
        value={scope}
        allowDeselect={false}
        onChange={(value) => value && setScope(value)}
      />
      <Select
        label="For"
        data={spans}
        value={duration}
        allowDeselect={false}
        onChange={(value) => value && setDuration(value)}
      />
      <TextInput
        label="By"
        maxLength={200}
        value={by}
        onChange={(event) => setBy(event.currentTarget.value)}
      />
      <TextInput
        label="Why"
        maxLength={1_000}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <FormEnd
        action="Silence"
        pending={silence.isPending}
        error={silence.error}
        onCancel={onClose}
      />
    </form>
  );
}
