import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { asFailure } from '../api/failure.ts';
import classes from './name.module.css';

/** One name and a button: how keys and tokens are made. */
export function NameForm({
  label,
  placeholder,
  action,
  pending,
  error,
  onSubmit,
}: {
  label: string;
  placeholder: string;
  action: string;
  pending: boolean;
  error: unknown;
  onSubmit(name: string, done: () => void): void;
}) {
  const [name, setName] = useState('');
  const failure = error ? asFailure(error) : undefined;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onSubmit(name.trim(), () => setName(''));
      }}
    >
      <TextInput
        aria-label={label}
        placeholder={placeholder}
        maxLength={100}
        value={name}
        error={failure && [failure.message, failure.hint].filter(Boolean).join(' ')}
        onChange={(event) => setName(event.currentTarget.value)}
        className={classes.name!}
      />
      <Button type="submit" variant="default" loading={pending} disabled={name.trim() === ''}>
        {action}
      </Button>
    </form>
  );
}
