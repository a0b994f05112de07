import { Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createMark } from '../api/fleet.ts';
import type { Finding, MarkBody } from '../api/fleet-shapes.ts';
import { scopesOf } from '../pages/finding/mark-scopes.ts';
import classes from './confirm.module.css';
import { FormEnd } from './form-end.tsx';

const spans = [
  { value: '1', label: 'One hour' },
  { value: '4', label: 'Four hours' },
  { value: '24', label: 'One day' },
  { value: '168', label: 'One week' },
];

const meanings: Readonly<Record<MarkBody['kind'], string>> = {
  snoozed: 'Until then it costs no score and alerts nobody. It stays in the list, marked.',
  intended:
    'It costs no score and alerts nobody, until the mark is taken back. It stays in the list, marked.',
};

/** Snoozes a finding for a while, or says that it is meant to be so. */
export function MarkForm({
  cluster,
  finding,
  kind,
  onClose,
}: {
  cluster: string;
  finding: Finding;
  kind: MarkBody['kind'] | undefined;
  onClose(): void;
}) {
  return (
    <Modal
      opened={kind !== undefined}
      onClose={onClose}
      title={kind === 'snoozed' ? 'Snooze' : 'This is intended'}
    >
      {kind === undefined ? null : (
        <MarkFields cluster={cluster} finding={finding} kind={kind} onClose={onClose} />
      )}
    </Modal>
  );
}

function MarkFields({
  cluster,
  finding,
  kind,
  onClose,
}: {
  cluster: string;
  finding: Finding;
  kind: MarkBody['kind'];
  onClose(): void;
}) {
  const scopes = scopesOf(finding.subject);
  const [scope, setScope] = useState('0');
  const [hours, setHours] = useState('4');
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const mark = useMutation({
    mutationFn: () =>
      createMark(cluster, {
        check: finding.check,
        subject: scopes[Number(scope)]?.subject ?? finding.subject,
        kind,
        ...(kind === 'snoozed' ? { until: hoursFromNow(Number(hours)) } : {}),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['clusters'] });
      onClose();
    },
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        mark.mutate();
      }}
    >
      <div className="quiet">{meanings[kind]}</div>
      {kind === 'snoozed' ? (
        <Select
          label="For"
          data={spans}
          value={hours}
          allowDeselect={false}
          onChange={(value) => value && setHours(value)}
        />
      ) : null}
      <Select
        label="Covers"
        data={scopes.map(({ label }, i) => ({ value: String(i), label }))}
        value={scope}
        allowDeselect={false}
        onChange={(value) => value && setScope(value)}
      />
      <TextInput
        label="Why"
        placeholder="For whoever comes next"
        maxLength={1_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <FormEnd
        action={kind === 'snoozed' ? 'Snooze' : 'Mark as intended'}
        pending={mark.isPending}
        error={mark.error}
        onCancel={onClose}
      />
    </form>
  );
}

const hoursFromNow = (hours: number): string =>
  new Date(Date.now() + hours * 3_600_000).toISOString();
