import { Table } from '@mantine/core';
import type { DryRun } from '../../api/alert-shapes.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatSeconds, formatShort } from '../../ui/quantity.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';

const mostFirings = 20;

/** What a rule would have done. */
export function DryRunResult({ run }: { run: DryRun }) {
  const zone = usePreference('zone');
  return (
    <section className={classes.card} aria-label="Over the last week" aria-live="polite">
      <p>
        <b>It {run.summary}.</b>{' '}
        <span className="quiet numbers">
          {formatShort(run.evaluations)} times looked at, {formatShort(run.rowsRead)} rows read
        </span>
      </p>
      {run.complete && run.note === undefined ? null : (
        <p className="quiet">
          {run.complete ? '' : 'Not all of the time was looked at. '}
          {run.note ?? ''}
        </p>
      )}
      {run.firings.length === 0 ? null : (
        <Table.ScrollContainer minWidth={360} type="native">
          <Table verticalSpacing={4} horizontalSpacing={6} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>From ({zoneOffset(zone, Date.now())})</Table.Th>
                <Table.Th>For</Table.Th>
                <Table.Th>What</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {run.firings.slice(0, mostFirings).map(({ from, to, message }) => (
                <Table.Tr key={from}>
                  <Table.Td className="numbers">{formatTime(from, zone, 0)}</Table.Td>
                  <Table.Td className="numbers">
                    {to === null
                      ? 'still'
                      : formatSeconds(Math.round((Date.parse(to) - Date.parse(from)) / 1000))}
                  </Table.Td>
                  <Table.Td>{message}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
