import { PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import classes from '../cluster.module.css';
import type { ChannelDraft } from './channel-draft.ts';

/** The mail server, and who writes to whom. */
export function EmailFields({
  draft,
  keepsPassword,
  onChange,
}: {
  draft: ChannelDraft;
  keepsPassword: boolean;
  onChange(change: Partial<ChannelDraft>): void;
}) {
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label="Mail server"
          placeholder="smtp.example.com"
          value={draft.host}
          onChange={(event) => onChange({ host: event.currentTarget.value })}
        />
        <TextInput
          label="Port"
          inputMode="numeric"
          value={draft.port}
          onChange={(event) => onChange({ port: event.currentTarget.value })}
        />
      </div>
      <Switch
        size="xs"
        label="TLS from the first byte (port 465); else STARTTLS"
        checked={draft.secure}
        onChange={(event) => onChange({ secure: event.currentTarget.checked })}
      />
      <div className={classes.halves}>
        <TextInput
          label="Username"
          autoComplete="off"
          value={draft.username}
          onChange={(event) => onChange({ username: event.currentTarget.value })}
        />
        <PasswordInput
          size="xs"
          label="Password"
          autoComplete="new-password"
          placeholder={keepsPassword ? 'As it is stored' : ''}
          value={draft.password}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label="From"
        placeholder="castellan@example.com"
        value={draft.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <Textarea
        size="xs"
        rows={2}
        label="To"
        description="One address to a line"
        value={draft.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </>
  );
}
