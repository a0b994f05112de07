import { ActionIcon, Badge, Skeleton, Table, Tooltip } from '@mantine/core';
import { IconBan, IconRotate } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createKey, keysQuery } from '../../api/access.ts';
import type { IngestionKey, NewKey } from '../../api/shapes.ts';
import { KeyRevokeForm } from '../../forms/key-revoke.tsx';
import { KeyRotateForm } from '../../forms/key-rotate.tsx';
import { NameForm } from '../../forms/name.tsx';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatCount } from '../../ui/quantity.ts';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { formatAgo, formatTime } from '../../ui/time.ts';
import classes from '../send.module.css';

/** Ingestion keys: made, rotated and revoked here. `onSecret` fills the snippets in. */
export function KeySection({ open, onSecret }: { open: boolean; onSecret(secret: string): void }) {
  const keys = useQuery(keysQuery);
  const client = useQueryClient();
  const [made, setMade] = useState<NewKey>();
  const [rotating, setRotating] = useState<IngestionKey>();
  const [revoking, setRevoking] = useState<IngestionKey>();
  const show = (fresh: NewKey) => {
    setMade(fresh);
    onSecret(fresh.secret);
  };
  const create = useMutation({
    mutationFn: createKey,
    onSuccess: (fresh) => {
      void client.invalidateQueries(keysQuery);
      show(fresh);
    },
  });
  return (
    <section className={classes.card}>
      <h2>Ingestion keys</h2>
      <p className="quiet">
        {open
          ? 'In open mode no key is needed. Keys still tell senders apart: each has its own counters.'
          : 'Every sender needs one. Give each its own, so that one can be revoked without the others.'}
      </p>
      <NameForm
        label="Name of the new key"
        placeholder="Name, such as checkout-production"
        action="Create key"
        pending={create.isPending}
        error={create.error}
        onSubmit={(name, done) => create.mutate(name, { onSuccess: done })}
      />
      {keys.isPending ? <Skeleton height={40} /> : null}
      {keys.isError ? (
        <FailureNotice compact error={keys.error} onRetry={() => void keys.refetch()} />
      ) : null}
      {keys.data && keys.data.keys.length > 0 ? (
        <KeyTable keys={keys.data.keys} onRotate={setRotating} onRevoke={setRevoking} />
      ) : null}
      <SecretOnce
        title={`Key ${made?.key.name ?? ''}`}
        secret={made?.secret}
        onClose={() => setMade(undefined)}
      >
        Send it as <code className="mono">authorization: Bearer …</code>. The snippets on this page
        hold it now.
      </SecretOnce>
      <KeyRotateForm
        ingestionKey={rotating}
        onRotated={show}
        onClose={() => setRotating(undefined)}
      />
      <KeyRevokeForm ingestionKey={revoking} onClose={() => setRevoking(undefined)} />
    </section>
  );
}

function KeyTable({
  keys,
  onRotate,
  onRevoke,
}: {
  keys: readonly IngestionKey[];
  onRotate(key: IngestionKey): void;
  onRevoke(key: IngestionKey): void;
}) {
  return (
    <Table.ScrollContainer minWidth={500} type="native">
      <Table verticalSpacing={6} horizontalSpacing={6} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Starts with</Table.Th>
            <Table.Th className={classes.short}>Last used</Table.Th>
            <Table.Th>Accepted</Table.Th>
            <Table.Th>Refused</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} ingestionKey={key} onRotate={onRotate} onRevoke={onRevoke} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function KeyRow({
  ingestionKey: key,
  onRotate,
  onRevoke,
}: {
  ingestionKey: IngestionKey;
  onRotate(key: IngestionKey): void;
  onRevoke(key: IngestionKey): void;
}) {
  const { counters } = key;
  const revoked = key.revokedAt !== null;
  return (
    <Table.Tr>
      <Table.Td>
        {key.name} <KeyState ingestionKey={key} />
      </Table.Td>
      <Table.Td className="mono">{key.hint}…</Table.Td>
      <Table.Td>
        {key.lastUsedAt === null ? 'never' : formatAgo(key.lastUsedAt, Date.now())}
      </Table.Td>
      <Table.Td className="numbers">
        {formatCount(counters.records)}{' '}
        <span className="quiet">({formatBytes(counters.bytes)})</span>
      </Table.Td>
      <Table.Td className="numbers">{formatCount(counters.refused)}</Table.Td>
      <Table.Td>
        {revoked ? null : (
          <span className={classes.actions}>
            <Tooltip label="Rotate: a new secret, the old one works on for a while">
              <ActionIcon aria-label={`Rotate ${key.name}`} onClick={() => onRotate(key)}>
                <IconRotate size={15} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Revoke: refuse this key from now on">
              <ActionIcon aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
                <IconBan size={15} />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function KeyState({ ingestionKey }: { ingestionKey: IngestionKey }) {
  const zone = usePreference('zone');
  const { revokedAt, previousSecretUntil } = ingestionKey;
  if (revokedAt !== null)
    return (
      <Badge size="xs" color="red" variant="light">
        revoked
      </Badge>
    );
  if (previousSecretUntil === null || Date.parse(previousSecretUntil) < Date.now()) return null;
  return (
    <Badge
      size="xs"
      color="yellow"
      variant="light"
      title={formatTime(previousSecretUntil, zone, 0)}
    >
      old secret still works
    </Badge>
  );
}
