import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { login, sessionQuery } from '../api/access.ts';
import { asFailure } from '../api/failure.ts';

/** 401 is expected here: it is about the field, not about the page. */
function messageOf(error: unknown): string {
  const failure = asFailure(error);
  if (failure.status === 401) return 'That is not the password.';
  return [failure.message, failure.hint].filter(Boolean).join(' ');
}

export function LoginForm() {
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const enter = useMutation({
    mutationFn: login,
    onSuccess: () =>
      client.setQueryData(sessionQuery.queryKey, { mode: 'password', authenticated: true }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter.mutate(password);
      }}
    >
      <PasswordInput
        label="Password"
        description="The one set as CASTELLAN_PASSWORD on the server"
        autoComplete="current-password"
        autoFocus
        value={password}
        error={enter.isError ? messageOf(enter.error) : undefined}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button
        type="submit"
        size="sm"
        fullWidth
        loading={enter.isPending}
        disabled={password === ''}
      >
        Log in
      </Button>
    </form>
  );
}
