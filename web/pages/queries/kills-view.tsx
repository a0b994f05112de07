import { Skeleton, Table } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Cluster } from '../../api/fleet-shapes.ts';
import { type KillRecord, killsQuery } from '../../api/queries.ts';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatTime, type Zone, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import own from './queries.module.css';

const outcomes: Readonly<Record<KillRecord['outcome'], string>> = {
  started: 'Not known: Castellan ended meanwhile',
  killed: 'Killed',
  pending: 'Told to end',
  gone: 'Had ended',
  refused: 'Refused',
  failed: 'Failed',
};

/** Who tried to kill which query, and how it ended. */
export function KillsView({ cluster }: { cluster: Cluster }) {
  const zone = usePreference('zone');
  const kills = useQuery(killsQuery(cluster.id));
  if (kills.isError)
    return <FailureNotice error={kills.error} onRetry={() => void kills.refetch()} />;
  if (kills.data === undefined)
    return (
      <div className={classes.content} aria-busy="true">
        <Skeleton height={240} radius={12} />
      </div>
    );
  if (kills.data.kills.length === 0)
    return (
      <div className={classes.content}>
        <EmptyNotice icon={<IconHistory size={22} />} title="Nobody tried to kill a query">
          Each try is kept here: who, when, which query on which node, and how it ended. Castellan
          never kills one by itself.
        </EmptyNotice>
      </div>
    );
  return (
    <div className={classes.content}>
      <section className={classes.card} aria-label="Tries to kill a query">
        <Table.ScrollContainer minWidth={760} type="native">
          <Table verticalSpacing={6} horizontalSpacing={8} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Who</Table.Th>
                <Table.Th>Query</Table.Th>
                <Table.Th>Node</Table.Th>
                <Table.Th>Result</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {kills.data.kills.map((kill) => (
                <KillRow key={kill.id} kill={kill} zone={zone} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </section>
    </div>
  );
}

function KillRow({ kill, zone }: { kill: KillRecord; zone: Zone }) {
  return (
    <Table.Tr>
      <Table.Td className="numbers">
        {formatTime(kill.at, zone, 0)} {zoneOffset(zone, Date.parse(kill.at))}
      </Table.Td>
      <Table.Td>
        {kill.actor}
        <div className="quiet">{kill.address}</div>
      </Table.Td>
      <Table.Td>
        <div className={`mono ${own.shape}`} title={kill.sql}>
          {kill.shape === '' ? kill.queryId : kill.shape}
        </div>
        <div className={own.under}>
          <span className="mono">{kill.queryId}</span>
          <span>of {kill.user}</span>
        </div>
      </Table.Td>
      <Table.Td className="mono">{kill.node}</Table.Td>
      <Table.Td className={own.wide!}>
        <b>{outcomes[kill.outcome]}</b>
        <div className="quiet">{kill.detail}</div>
      </Table.Td>
    </Table.Tr>
  );
}
