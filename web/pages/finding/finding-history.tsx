import { Table } from '@mantine/core';
import type { FindingDetail } from '../../api/fleet-shapes.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatSeconds } from '../../ui/quantity.ts';
import { StandingBadge } from '../../ui/standing-badge.tsx';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';

/** When it was so before. */
export function FindingHistory({ history }: { history: FindingDetail['history'] }) {
  const zone = usePreference('zone');
  return (
    <section className={classes.card} aria-label="History">
      <h2>History</h2>
      {history.length === 0 ? (
        <p className="quiet">It has not been open before.</p>
      ) : (
        <Table.ScrollContainer minWidth={320} type="native">
          <Table verticalSpacing={5} horizontalSpacing={6} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>From ({zoneOffset(zone, Date.now())})</Table.Th>
                <Table.Th>For</Table.Th>
                <Table.Th>As</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {history.map(({ from, to, severity, message }) => (
                <Table.Tr key={from} title={message}>
                  <Table.Td className="numbers">{formatTime(from, zone, 0)}</Table.Td>
                  <Table.Td className="numbers">
                    {to === null
                      ? 'still open'
                      : formatSeconds(Math.round((Date.parse(to) - Date.parse(from)) / 1000))}
                  </Table.Td>
                  <Table.Td>
                    <StandingBadge standing={severity} />
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
