import { MultiSelect, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { channelsQuery } from '../../api/alerts.ts';
import classes from '../cluster.module.css';
import type { RuleDraft, RuleFaults } from './rule-draft.ts';

const spans = [
  { field: 'window', label: 'Window', description: 'What it looks back over' },
  { field: 'every', label: 'Every', description: 'How often it looks' },
  { field: 'hold', label: 'Hold', description: 'How long before anybody is told' },
  { field: 'repeat', label: 'Repeat', description: 'Reminders; 0: none' },
] as const;

/** What all rules have: a name, a weight, a rhythm and who is told. */
export function RuleFields({
  draft,
  faults,
  onChange,
}: {
  draft: RuleDraft;
  faults: RuleFaults;
  onChange(change: Partial<RuleDraft>): void;
}) {
  const channels = useQuery(channelsQuery).data?.channels ?? [];
  const finding = draft.kind === 'finding';
  return (
    <>
      <div className={classes.halves}>
        <TextInput
          label="Name"
          maxLength={200}
          value={draft.name}
          error={faults.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        {finding ? null : (
          <Select
            label="Severity"
            data={['info', 'warning', 'high', 'critical']}
            value={draft.severity}
            allowDeselect={false}
            onChange={(value) => onChange({ severity: value as RuleDraft['severity'] })}
          />
        )}
      </div>
      <div className={classes.quarters}>
        {spans
          .filter(({ field }) => !finding || field === 'hold' || field === 'repeat')
          .map(({ field, ...words }) => (
            <TextInput
              key={field}
              {...words}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={draft[field]}
              error={faults[field]}
              onChange={(event) => onChange({ [field]: event.currentTarget.value })}
            />
          ))}
      </div>
      <MultiSelect
        size="xs"
        label="Channels"
        placeholder={draft.channels.length === 0 ? 'All of them' : ''}
        data={channels.map(({ id, name }) => ({ value: id, label: name }))}
        value={[...draft.channels]}
        onChange={(chosen) => onChange({ channels: chosen })}
      />
      <Switch
        size="xs"
        label="On"
        checked={draft.enabled}
        onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
      />
    </>
  );
}
