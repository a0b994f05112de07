import { ActionIcon, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilterOff, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './queries.module.css';
import { type FilterName, type FilterParams, filterNames } from './query-params.ts';

/** Typing is not asking: a server is asked when the person pauses. */
const pauseMs = 600;

const fields: readonly { name: FilterName; label: string; title: string }[] = [
  { name: 'text', label: 'Normalized text', title: 'Part of the text without its literals' },
  { name: 'user', label: 'User', title: 'Exactly this user' },
  { name: 'table', label: 'Table', title: 'database.table, as the server logs it' },
  { name: 'kind', label: 'Kind', title: 'select, insert, create …' },
  { name: 'code', label: 'Error code', title: 'Only failed with this code; 0 = did not fail' },
];

/** Which queries are counted. */
export function FilterBar({
  params,
  nodes,
  onChange,
}: {
  params: FilterParams;
  nodes: readonly string[];
  onChange(change: { [K in keyof FilterParams]?: FilterParams[K] | undefined }): void;
}) {
  const any = filterNames.some((name) => params[name] !== undefined);
  return (
    <search className={classes.filters} aria-label="Filter">
      {fields.map(({ name, label, title }) => (
        // A value that came from elsewhere, such as a click on a row, replaces what was typed.
        <Typed
          key={`${name} ${params[name] ?? ''}`}
          label={label}
          title={title}
          find={name === 'text'}
          value={params[name] ?? ''}
          onType={(value) => onChange({ [name]: value === '' ? undefined : value })}
        />
      ))}
      <Select
        aria-label="Node"
        placeholder="All nodes"
        clearable
        data={[...nodes]}
        value={params.node ?? null}
        onChange={(value) => onChange({ node: value ?? undefined })}
      />
      <Switch
        size="xs"
        label="Also between nodes"
        title="Also what nodes ask each other for Distributed tables"
        checked={params.scope === 'all'}
        onChange={(event) => onChange({ scope: event.currentTarget.checked ? 'all' : undefined })}
        styles={{ root: { alignSelf: 'center' } }}
      />
      {any ? (
        <ActionIcon
          size="lg"
          aria-label="Clear all filters"
          onClick={() => onChange(Object.fromEntries(filterNames.map((name) => [name, undefined])))}
        >
          <IconFilterOff size={16} />
        </ActionIcon>
      ) : null}
    </search>
  );
}

function Typed({
  label,
  title,
  find,
  value,
  onType,
}: {
  label: string;
  title: string;
  find: boolean;
  value: string;
  onType(value: string): void;
}) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback((typed: string) => onType(typed.trim()), pauseMs);
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      title={title}
      maxLength={500}
      leftSection={find ? <IconSearch size={13} /> : undefined}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
