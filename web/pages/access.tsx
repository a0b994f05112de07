import { ActionIcon, Skeleton, Table, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createToken, sessionQuery, tokensQuery } from '../api/access.ts';
import { basePath } from '../api/client.ts';
import type { ApiToken, NewToken } from '../api/shapes.ts';
import { NameForm } from '../forms/name.tsx';
import { TokenDeleteForm } from '../forms/token-delete.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { usePreference } from '../ui/preferences.ts';
import { SecretOnce } from '../ui/secret-once.tsx';
import { formatAgo, formatTime, zoneOffset } from '../ui/time.ts';
import classes from './send.module.css';

/** Who may use the API: tokens for programs. */
export function AccessPage() {
  const session = useQuery(sessionQuery);
  const tokens = useQuery(tokensQuery);
  const client = useQueryClient();
  const [made, setMade] = useState<NewToken>();
  const [deleting, setDeleting] = useState<ApiToken>();
  const create = useMutation({
    mutationFn: createToken,
    onSuccess: (fresh) => {
      void client.invalidateQueries(tokensQuery);
      setMade(fresh);
    },
  });
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Access</h1>
        <p className="quiet">
          {session.data?.mode === 'open'
            ? 'No password is set: the API answers everyone who reaches it, with or without a token.'
            : 'People log in with the password. Programs use API tokens.'}
        </p>
      </header>
      <section className={classes.card}>
        <h2>API tokens</h2>
        <NameForm
          label="Name of the new token"
          placeholder="Name, such as nightly-report"
          action="Create token"
          pending={create.isPending}
          error={create.error}
          onSubmit={(name, done) => create.mutate(name, { onSuccess: done })}
        />
        {tokens.isPending ? <Skeleton height={40} /> : null}
        {tokens.isError ? (
          <FailureNotice compact error={tokens.error} onRetry={() => void tokens.refetch()} />
        ) : null}
        {tokens.data?.tokens.length === 0 ? (
          <p className="quiet">There is none yet.</p>
        ) : (
          <TokenTable tokens={tokens.data?.tokens ?? []} onDelete={setDeleting} />
        )}
      </section>
      <section className={classes.card}>
        <h2>Using a token</h2>
        <CodeBlock title="Search by HTTP" code={exampleOf(window.location.origin)} />
        <CodeBlock
          title="Search by the command line"
          code={`export CASTELLAN_URL=${window.location.origin}${basePath}\nexport CASTELLAN_TOKEN=YOUR-TOKEN\ncastellan search 'error'`}
        />
      </section>
      <SecretOnce
        title={`Token ${made?.token.name ?? ''}`}
        secret={made?.secret}
        onClose={() => setMade(undefined)}
      >
        Send it as <code className="mono">authorization: Bearer …</code>.
      </SecretOnce>
      <TokenDeleteForm token={deleting} onClose={() => setDeleting(undefined)} />
    </div>
  );
}

const exampleOf = (origin: string): string => `curl ${origin}${basePath}api/v1/search \\
  -H 'authorization: Bearer YOUR-TOKEN' \\
  -H 'content-type: application/json' \\
  -d '{"source": "logs", "where": "error", "limit": 10}'`;

function TokenTable({
  tokens,
  onDelete,
}: {
  tokens: readonly ApiToken[];
  onDelete(token: ApiToken): void;
}) {
  const zone = usePreference('zone');
  if (tokens.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table verticalSpacing={6} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Starts with</Table.Th>
            <Table.Th>Created ({zoneOffset(zone, Date.now())})</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>{token.name}</Table.Td>
              <Table.Td className="mono">{token.hint}…</Table.Td>
              <Table.Td className="numbers">{formatTime(token.createdAt, zone, 0)}</Table.Td>
              <Table.Td>
                {token.lastUsedAt === null ? 'never' : formatAgo(token.lastUsedAt, Date.now())}
              </Table.Td>
              <Table.Td>
                <Tooltip label="Delete">
                  <ActionIcon aria-label={`Delete ${token.name}`} onClick={() => onDelete(token)}>
                    <IconTrash size={15} />
                  </ActionIcon>
                </Tooltip>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
