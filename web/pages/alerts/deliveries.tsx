import { Skeleton, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Delivery } from '../../api/alert-shapes.ts';
import { deliveriesQuery } from '../../api/alerts.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';

const kinds: Readonly<Record<Delivery['kind'], string>> = {
  firing: 'that it fires',
  updated: 'that it changed',
  repeat: 'that it still fires',
  resolved: 'that it is over',
  test: 'a test',
};

/** Who was told, when, and whether it arrived. */
export function Deliveries({ alert }: { alert: string }) {
  const deliveries = useQuery(deliveriesQuery({ alert }));
  const zone = usePreference('zone');
  return (
    <section className={classes.card} aria-label="Messages">
      <h2>Messages</h2>
      {deliveries.isError ? (
        <FailureNotice compact error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      ) : deliveries.data === undefined ? (
        <Skeleton height={60} />
      ) : deliveries.data.deliveries.length === 0 ? (
        <p className="quiet">None was sent: it waits, it is silenced, or there is no channel.</p>
      ) : (
        <Table.ScrollContainer minWidth={520} type="native">
          <Table verticalSpacing={5} horizontalSpacing={6} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>At ({zoneOffset(zone, Date.now())})</Table.Th>
                <Table.Th>Channel</Table.Th>
                <Table.Th>Said</Table.Th>
                <Table.Th>State</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {deliveries.data.deliveries.map((delivery) => (
                <Table.Tr key={delivery.id}>
                  <Table.Td className="numbers">
                    {formatTime(delivery.lastAttemptAt ?? delivery.createdAt, zone, 0)}
                  </Table.Td>
                  <Table.Td>{delivery.channelName}</Table.Td>
                  <Table.Td>{kinds[delivery.kind]}</Table.Td>
                  <Table.Td>
                    {delivery.state}
                    {delivery.attempts > 1 ? ` after ${delivery.attempts} attempts` : ''}
                    {delivery.error === null ? null : <div className="quiet">{delivery.error}</div>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
