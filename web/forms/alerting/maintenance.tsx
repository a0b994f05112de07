import { Modal, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Maintenance, MaintenanceBody } from '../../api/alert-shapes.ts';
import { createMaintenance, maintenanceQuery, replaceMaintenance } from '../../api/alerts.ts';
import { usePreference } from '../../ui/preferences.ts';
import { type Zone, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import confirm from '../confirm.module.css';
import { FormEnd } from '../form-end.tsx';
import {
  emptyMaintenance,
  type MaintenanceDraft,
  type MaintenanceFaults,
  maintenanceDraftOf,
  parseMaintenance,
} from './maintenance-draft.ts';
import { ClusterSelect, PatternInput } from './match-fields.tsx';

/** Planned work: alerts go on, but nobody is sent a message. */
export function MaintenanceForm({
  editing,
  onClose,
}: {
  editing: Maintenance | 'new' | undefined;
  onClose(): void;
}) {
  const saved = editing === 'new' ? undefined : editing;
  return (
    <Modal
      opened={editing !== undefined}
      onClose={onClose}
      title={saved === undefined ? 'Plan maintenance' : `Edit ${saved.name}`}
    >
      {editing === undefined ? null : <MaintenanceEditor saved={saved} onClose={onClose} />}
    </Modal>
  );
}

function MaintenanceEditor({
  saved,
  onClose,
}: {
  saved: Maintenance | undefined;
  onClose(): void;
}) {
  const zone = usePreference('zone');
  const [draft, setDraft] = useState(() =>
    saved === undefined
      ? emptyMaintenance(zone, Date.now())
      : maintenanceDraftOf(saved, zone, Date.now()),
  );
  const [faults, setFaults] = useState<MaintenanceFaults>({});
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: MaintenanceBody) =>
      saved === undefined ? createMaintenance(body) : replaceMaintenance(saved.id, body),
    onSuccess: () => {
      void client.invalidateQueries(maintenanceQuery);
      void client.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  const put = (change: Partial<MaintenanceDraft>) => {
    setDraft({ ...draft, ...change });
    setFaults({});
  };
  return (
    <form
      className={confirm.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const parsed = parseMaintenance(draft, zone, Date.now(), saved);
        if (parsed.ok) save.mutate(parsed.body);
        else setFaults(parsed.faults);
      }}
    >
      <TextInput
        label="Name"
        maxLength={200}
        value={draft.name}
        error={faults.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
        data-autofocus
      />
      <MatchFields draft={draft} onChange={put} />
      <SegmentedControl
        size="xs"
        aria-label="How often"
        value={draft.kind}
        onChange={(kind) => put({ kind: kind === 'again' ? 'again' : 'once' })}
        data={[
          { value: 'once', label: 'Once' },
          { value: 'again', label: 'Again and again' },
        ]}
      />
      {draft.kind === 'once' ? (
        <OnceFields draft={draft} faults={faults} zone={zone} onChange={put} />
      ) : (
        <AgainFields draft={draft} faults={faults} onChange={put} />
      )}
      <TextInput
        label="Why"
        maxLength={1_000}
        value={draft.comment}
        onChange={(event) => put({ comment: event.currentTarget.value })}
      />
      <FormEnd action="Save" pending={save.isPending} error={save.error} onCancel={onClose} />
    </form>
  );
}

interface FieldProps {
  draft: MaintenanceDraft;
  onChange(change: Partial<MaintenanceDraft>): void;
}

function MatchFields({ draft, onChange }: FieldProps) {
  return (
    <div className={classes.halves}>
      <ClusterSelect value={draft.cluster} onChange={(cluster) => onChange({ cluster })} />
      <PatternInput label="Check" value={draft.check} onChange={(check) => onChange({ check })} />
    </div>
  );
}

function OnceFields({
  draft,
  faults,
  zone,
  onChange,
}: FieldProps & { faults: MaintenanceFaults; zone: Zone }) {
  return (
    <div className={classes.halves}>
      <TextInput
        label={`From (${zoneOffset(zone, Date.now())})`}
        value={draft.from}
        error={faults.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        label="To"
        value={draft.to}
        error={faults.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </div>
  );
}

function AgainFields({ draft, faults, onChange }: FieldProps & { faults: MaintenanceFaults }) {
  return (
    <div className={classes.quarters}>
      <TextInput
        label="Starts (cron)"
        value={draft.schedule}
        error={faults.schedule}
        onChange={(event) => onChange({ schedule: event.currentTarget.value })}
        classNames={{ input: 'mono' }}
      />
      <TextInput
        label="Lasts"
        value={draft.duration}
        error={faults.duration}
        onChange={(event) => onChange({ duration: event.currentTarget.value })}
      />
      <TextInput
        label="Time zone"
        value={draft.timeZone}
        onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
      />
    </div>
  );
}
