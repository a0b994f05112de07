import { Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Silence, SilenceBody } from '../../api/alert-shapes.ts';
import { createSilence, replaceSilence } from '../../api/alerts.ts';
import { setPreference, usePreference } from '../../ui/preferences.ts';
import { zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import confirm from '../confirm.module.css';
import { FormEnd } from '../form-end.tsx';
import { ClusterSelect, PatternInput } from './match-fields.tsx';
import {
  emptySilence,
  parseSilence,
  type SilenceDraft,
  type SilenceFaults,
  silenceDraftOf,
} from './silence-draft.ts';

/** A silence over whatever one names, new or changed. */
export function SilenceEditForm({
  editing,
  onClose,
}: {
  editing: Silence | 'new' | undefined;
  onClose(): void;
}) {
  const saved = editing === 'new' ? undefined : editing;
  return (
    <Modal
      opened={editing !== undefined}
      onClose={onClose}
      title={saved === undefined ? 'Add silence' : 'Change silence'}
    >
      {editing === undefined ? null : <SilenceEditor saved={saved} onClose={onClose} />}
    </Modal>
  );
}

function SilenceEditor({ saved, onClose }: { saved: Silence | undefined; onClose(): void }) {
  const zone = usePreference('zone');
  const person = usePreference('person');
  const [draft, setDraft] = useState(() =>
    saved === undefined ? emptySilence(person) : silenceDraftOf(saved, zone),
  );
  const [faults, setFaults] = useState<SilenceFaults>({});
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: SilenceBody) =>
      saved === undefined ? createSilence(body) : replaceSilence(saved.id, body),
    onSuccess: () => {
      if (saved === undefined) setPreference('person', draft.by.trim());
      void client.invalidateQueries({ queryKey: ['silences'] });
      void client.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  const put = (change: Partial<SilenceDraft>) => {
    setDraft({ ...draft, ...change });
    setFaults({});
  };
  return (
    <form
      className={confirm.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const parsed = parseSilence(draft, zone, Date.now(), saved);
        if (parsed.ok) save.mutate(parsed.body);
        else setFaults(parsed.faults);
      }}
    >
      <div className="quiet">Alerts go on here, but nobody is sent a message about them.</div>
      <CoverFields draft={draft} onChange={put} />
      <TextInput
        label={`Until (${zoneOffset(zone, Date.now())})`}
        description="A time, or a length from now such as 8h"
        value={draft.until}
        error={faults.until}
        onChange={(event) => put({ until: event.currentTarget.value })}
      />
      <TextInput
        label="By"
        maxLength={200}
        value={draft.by}
        onChange={(event) => put({ by: event.currentTarget.value })}
      />
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

/** What is kept quiet: all that fits every field. */
function CoverFields({
  draft,
  onChange,
}: {
  draft: SilenceDraft;
  onChange(change: Partial<SilenceDraft>): void;
}) {
  return (
    <>
      <div className={classes.halves}>
        <ClusterSelect value={draft.cluster} onChange={(cluster) => onChange({ cluster })} />
        <PatternInput label="Node" value={draft.node} onChange={(node) => onChange({ node })} />
      </div>
      <div className={classes.halves}>
        <PatternInput label="Check" value={draft.check} onChange={(check) => onChange({ check })} />
        <Select
          label="Least severity"
          placeholder="Any"
          clearable
          data={['info', 'warning', 'high', 'critical']}
          value={draft.minSeverity === '' ? null : draft.minSeverity}
          onChange={(value) =>
            onChange({ minSeverity: (value ?? '') as SilenceDraft['minSeverity'] })
          }
        />
      </div>
    </>
  );
}
