import { SegmentedControl, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { grantsQuery } from '../../api/fleet.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from '../cluster.module.css';

/** Typing a name asks once, when it pauses. */
const pauseMs = 300;

/** What to run on a cluster so that this user sees enough and costs little. */
export function GrantBuilder({ username }: { username: string }) {
  const [name] = useDebouncedValue(username.trim() || 'castellan', pauseMs);
  const [form, setForm] = useState('sql');
  const grants = useQuery(grantsQuery(name));
  return (
    <section className={classes.card} aria-label="User for monitoring">
      <h2>A user for monitoring</h2>
      <p className="quiet">
        May read system tables and see that other tables exist, but no row of theirs. Without the
        SHOW rights ClickHouse hides tables without saying so. Choose a password in place of the
        dots.
      </p>
      <SegmentedControl
        size="xs"
        value={form}
        onChange={setForm}
        aria-label="How users are kept"
        style={{ justifySelf: 'start' }}
        data={[
          { value: 'sql', label: 'SQL' },
          { value: 'xml', label: 'users.xml (before 20.5)' },
        ]}
      />
      {grants.isError ? (
        <FailureNotice compact error={grants.error} onRetry={() => void grants.refetch()} />
      ) : grants.data === undefined ? (
        <Skeleton height={130} />
      ) : form === 'sql' ? (
        <CodeBlock title="Run as an administrator" code={grants.data.sql} />
      ) : (
        <CodeBlock title="users.d/castellan.xml" code={grants.data.usersXml} />
      )}
    </section>
  );
}
