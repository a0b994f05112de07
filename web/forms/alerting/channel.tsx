import { Modal, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel } from '../../api/alert-shapes.ts';
import { channelsQuery, createChannel, replaceChannel } from '../../api/alerts.ts';
import confirm from '../confirm.module.css';
import { FormEnd } from '../form-end.tsx';
import {
  type ChannelDraft,
  type ChannelKind,
  channelBody,
  channelChange,
  channelDraftOf,
  emptyChannel,
  kindNames,
} from './channel-draft.ts';
import { EmailFields } from './email-fields.tsx';

const examples = { slack: 'https://hooks.slack.com/services/…', webhook: 'https://' } as const;

/** A channel: a new one of a kind, or a saved one. */
export function ChannelForm({
  editing,
  onClose,
}: {
  editing: Channel | ChannelKind | undefined;
  onClose(): void;
}) {
  const kind = typeof editing === 'string' ? editing : (editing?.kind ?? 'slack');
  const title = typeof editing === 'string' ? `Add ${kindNames[kind]}` : `Edit ${editing?.name}`;
  return (
    <Modal opened={editing !== undefined} onClose={onClose} title={title}>
      {editing === undefined ? null : <ChannelFields editing={editing} onClose={onClose} />}
    </Modal>
  );
}

function ChannelFields({ editing, onClose }: { editing: Channel | ChannelKind; onClose(): void }) {
  const saved = typeof editing === 'string' ? undefined : editing;
  const [draft, setDraft] = useState(() =>
    typeof editing === 'string' ? emptyChannel(editing) : channelDraftOf(editing),
  );
  const put = (change: Partial<ChannelDraft>) => setDraft({ ...draft, ...change });
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      saved === undefined
        ? createChannel(channelBody(draft))
        : replaceChannel(saved.id, channelChange(draft)),
    onSuccess: () => {
      void client.invalidateQueries(channelsQuery);
      onClose();
    },
  });
  return (
    <form
      className={confirm.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <TextInput
        label="Name"
        maxLength={200}
        value={draft.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
        data-autofocus
      />
      {draft.kind === 'email' ? (
        <EmailFields draft={draft} keepsPassword={saved !== undefined} onChange={put} />
      ) : (
        <PasswordInput
          size="xs"
          label={draft.kind === 'slack' ? 'Address of the incoming webhook' : 'Address'}
          placeholder={saved === undefined ? examples[draft.kind] : 'As it is stored'}
          autoComplete="off"
          value={draft.url}
          onChange={(event) => put({ url: event.currentTarget.value })}
        />
      )}
      {draft.kind === 'webhook' ? (
        <WebhookFields draft={draft} saved={saved} onChange={put} />
      ) : null}
      <Select
        label="Least severity"
        data={['info', 'warning', 'high', 'critical']}
        value={draft.minSeverity}
        allowDeselect={false}
        onChange={(value) => put({ minSeverity: (value ?? 'info') as ChannelDraft['minSeverity'] })}
      />
      <Switch
        size="xs"
        label="On"
        checked={draft.enabled}
        onChange={(event) => put({ enabled: event.currentTarget.checked })}
      />
      <FormEnd action="Save" pending={save.isPending} error={save.error} onCancel={onClose} />
    </form>
  );
}

function WebhookFields({
  draft,
  saved,
  onChange,
}: {
  draft: ChannelDraft;
  saved: Channel | undefined;
  onChange(change: Partial<ChannelDraft>): void;
}) {
  const kept = saved === undefined ? '' : ' Empty: as they are stored';
  return (
    <>
      <Textarea
        size="xs"
        rows={2}
        label="Headers"
        description={`Name: value, one to a line.${kept}`}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={draft.headers}
        onChange={(event) => onChange({ headers: event.currentTarget.value })}
      />
      <PasswordInput
        size="xs"
        label="Signing key"
        description="With it each request carries a signature that the receiver can check"
        placeholder={saved?.signed ? 'As it is stored' : ''}
        autoComplete="off"
        value={draft.signingKey}
        onChange={(event) => onChange({ signingKey: event.currentTarget.value })}
      />
      <Textarea
        size="xs"
        rows={3}
        label="Template"
        description="JSON with {{title}} and other fields; empty: the whole message"
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={draft.template}
        onChange={(event) => onChange({ template: event.currentTarget.value })}
      />
    </>
  );
}
