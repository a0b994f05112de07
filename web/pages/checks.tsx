import { Select, Skeleton, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch, IconZoomCancel } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { checksQuery } from '../api/fleet.ts';
import { EmptyNotice, FailureNotice } from '../ui/notice.tsx';
import { CheckEntry } from './checks/check-entry.tsx';
import { type CheckParams, chooseChecks } from './checks/check-params.ts';
import own from './checks.module.css';
import classes from './clusters.module.css';

/** The catalogue: everything that is checked, why, and when it speaks up. */
export function ChecksPage() {
  const params = useSearch({ from: '/checks' });
  const navigate = useNavigate({ from: '/checks' });
  const checks = useQuery(checksQuery);
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);
  const change = (wanted: { [K in keyof CheckParams]: CheckParams[K] | undefined }) =>
    void navigate({
      search: (before) =>
        Object.fromEntries(Object.entries({ ...before, ...wanted }).filter(([, value]) => value)),
      replace: true,
    });
  const all = checks.data?.checks ?? [];
  const shown = chooseChecks(all, params);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Checks</h1>
        <p className="quiet">
          {checks.data === undefined
            ? ''
            : `${all.length} checks of every node; each says where its threshold comes from.`}
        </p>
      </header>
      <div className={own.filter}>
        <TextInput
          ref={input}
          aria-label="Find checks"
          placeholder="Find a check"
          leftSection={<IconSearch size={13} />}
          value={params.q ?? ''}
          onChange={(event) => change({ q: event.currentTarget.value })}
        />
        <Select
          aria-label="Group"
          placeholder="All groups"
          clearable
          data={[...new Set(all.map(({ group }) => group))]}
          value={params.group ?? null}
          onChange={(group) => change({ group: group ?? undefined })}
        />
      </div>
      {checks.isError ? (
        <FailureNotice error={checks.error} onRetry={() => void checks.refetch()} />
      ) : checks.data === undefined ? (
        <Skeleton height={400} radius={12} />
      ) : shown.length === 0 ? (
        <EmptyNotice icon={<IconZoomCancel size={22} />} title="No check fits the filter" />
      ) : (
        <ul className={own.list}>
          {shown.map((check) => (
            <CheckEntry
              key={check.id}
              check={check}
              open={params.check === check.id}
              onOpen={(open) => change({ check: open ? check.id : undefined })}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
