import { Button, Skeleton, Table } from '@mantine/core';
import { IconBellZ, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Silence } from '../../api/alert-shapes.ts';
import { deleteSilence, silencesQuery } from '../../api/alerts.ts';
import { clustersQuery } from '../../api/fleet.ts';
import { SilenceEditForm } from '../../forms/alerting/silence.tsx';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import { matchText } from './match-text.ts';

const states = { waiting: 'to come', active: 'active', over: 'over' } as const;

/** What is kept quiet, by whom, why and until when. */
export function Silences() {
  const silences = useQuery(silencesQuery);
  const client = useQueryClient();
  const [editing, setEditing] = useState<Silence | 'new'>();
  const end = useMutation({
    mutationFn: deleteSilence,
    onSuccess: () => {
      void client.invalidateQueries(silencesQuery);
      void client.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
  if (silences.isError)
    return <FailureNotice error={silences.error} onRetry={() => void silences.refetch()} />;
  if (silences.data === undefined) return <Skeleton height={160} radius={12} />;
  const all = silences.data.silences;
  return (
    <section className={classes.card} aria-label="Silences">
      <div className={classes.titled}>
        <h2>Silences</h2>
        <span className={classes.end}>
          <Button leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
            Add silence
          </Button>
        </span>
      </div>
      {end.isError ? <FailureNotice compact error={end.error} /> : null}
      {all.length === 0 ? (
        <EmptyNotice icon={<IconBellZ size={22} />} title="Nothing is silenced">
          An alert’s page has a button for what it is about.
        </EmptyNotice>
      ) : (
        <SilenceTable
          silences={all}
          ending={end.isPending ? end.variables : undefined}
          onEdit={setEditing}
          onEnd={(id) => end.mutate(id)}
        />
      )}
      <SilenceEditForm editing={editing} onClose={() => setEditing(undefined)} />
    </section>
  );
}

function SilenceTable({
  silences,
  ending,
  onEdit,
  onEnd,
}: {
  silences: readonly Silence[];
  ending: string | undefined;
  onEdit(silence: Silence): void;
  onEnd(id: string): void;
}) {
  const zone = usePreference('zone');
  const clusters = useQuery(clustersQuery).data?.clusters ?? [];
  const named = (silence: Silence) => {
    const known = clusters.find(({ id }) => id === silence.match.cluster);
    return { ...silence.match, ...(known === undefined ? {} : { cluster: known.name }) };
  };
  return (
    <Table.ScrollContainer minWidth={560} type="native">
      <Table verticalSpacing={6} horizontalSpacing={6} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Fits</Table.Th>
            <Table.Th>Until ({zoneOffset(zone, Date.now())})</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {silences.map((silence) => (
            <Table.Tr key={silence.id}>
              <Table.Td>{matchText(named(silence))}</Table.Td>
              <Table.Td className="numbers">{formatTime(silence.endsAt, zone, 0)}</Table.Td>
              <Table.Td>{silence.by}</Table.Td>
              <Table.Td>{silence.comment}</Table.Td>
              <Table.Td>{states[silence.state]}</Table.Td>
              <Table.Td>
                {silence.state === 'over' ? null : (
                  <span className={classes.end}>
                    <Button variant="default" size="compact-xs" onClick={() => onEdit(silence)}>
                      Change
                    </Button>
                    <Button
                      variant="default"
                      size="compact-xs"
                      loading={ending === silence.id}
                      onClick={() => onEnd(silence.id)}
                    >
                      End now
                    </Button>
                  </span>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
