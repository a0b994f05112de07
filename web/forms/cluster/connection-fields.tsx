import { PasswordInput, Switch, TextInput } from '@mantine/core';
import classes from '../cluster.module.css';
import { type ClusterDraft, type DraftFaults, spreadHost, switchSecure } from './cluster-draft.ts';

interface Props {
  draft: ClusterDraft;
  faults: DraftFaults;
  keepsPassword: boolean;
  onChange(draft: ClusterDraft): void;
}

/** What every cluster needs: where it is, and who asks. */
export function ConnectionFields({ draft, faults, keepsPassword, onChange }: Props) {
  const put = (change: Partial<ClusterDraft>) => onChange({ ...draft, ...change });
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label="Host"
          placeholder="clickhouse.example.com"
          size="sm"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={draft.host}
          error={faults.host}
          onChange={(event) => onChange(spreadHost(draft, event.currentTarget.value))}
        />
        <TextInput
          label="HTTP port"
          size="sm"
          inputMode="numeric"
          value={draft.port}
          error={faults.port}
          onChange={(event) => put({ port: event.currentTarget.value })}
        />
      </div>
      <Switch
        label="TLS (https)"
        size="sm"
        checked={draft.secure}
        onChange={(event) => onChange(switchSecure(draft, event.currentTarget.checked))}
      />
      <div className={classes.halves}>
        <TextInput
          label="Username"
          size="sm"
          autoComplete="off"
          spellCheck={false}
          value={draft.username}
          onChange={(event) => put({ username: event.currentTarget.value })}
        />
        <PasswordInput
          label="Password"
          size="sm"
          autoComplete="new-password"
          placeholder={keepsPassword ? 'As it is stored' : ''}
          value={draft.password}
          onChange={(event) => put({ password: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label="Name"
        description="How it is called here; the host where this is empty"
        size="sm"
        maxLength={100}
        value={draft.name}
        placeholder={draft.host}
        onChange={(event) => put({ name: event.currentTarget.value })}
      />
    </>
  );
}
