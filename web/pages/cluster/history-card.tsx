import { Progress, Skeleton, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { historyQuery } from '../../api/fleet.ts';
import type { HistoryData } from '../../api/fleet-shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import { usePreference } from '../../ui/preferences.ts';
import { formatShort } from '../../ui/quantity.ts';
import { formatTime } from '../../ui/time.ts';
import classes from '../cluster.module.css';

type NodeHistory = HistoryData['nodes'][number];

/** What the servers' own logs told of the days before they were watched. */
export function History({ id }: { id: string }) {
  const history = useQuery(historyQuery(id));
  return (
    <section className={classes.card} aria-label="History">
      <h2>Read back from the servers' own logs</h2>
      {history.isError ? (
        <FailureNotice compact error={history.error} onRetry={() => void history.refetch()} />
      ) : history.data === undefined ? (
        <Skeleton height={80} />
      ) : history.data.nodes.length === 0 ? (
        <p className="quiet">No data: no node is known yet.</p>
      ) : (
        <Table.ScrollContainer minWidth={560} type="native">
          <Table verticalSpacing={5} horizontalSpacing={6} fz="xs" className="numbers">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Node</Table.Th>
                <Table.Th>From</Table.Th>
                <Table.Th>Tables</Table.Th>
                <Table.Th>Samples</Table.Th>
                <Table.Th>State</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {history.data.nodes.map((node) => (
                <HistoryRow key={node.node} node={node} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function HistoryRow({ node }: { node: NodeHistory }) {
  const zone = usePreference('zone');
  return (
    <Table.Tr>
      <Table.Td className="mono">{node.node}</Table.Td>
      <Table.Td>{node.from === null ? '' : formatTime(node.from, zone, 0)}</Table.Td>
      <Table.Td className="mono">{node.tables.join(', ')}</Table.Td>
      <Table.Td>{formatShort(node.samples)}</Table.Td>
      <Table.Td>
        {stateText(node)}
        {node.state === 'reading' || node.state === 'failing' ? (
          <Progress
            value={shareRead(node) * 100}
            size="xs"
            mt={4}
            aria-label={`History of ${node.node}`}
          />
        ) : null}
        {node.problem === null ? null : <div className="quiet">{node.problem}</div>}
      </Table.Td>
    </Table.Tr>
  );
}

const ms = (time: string | null): number => Date.parse(time ?? '');

/** How much of the time was read: the newest comes first. */
function shareRead({ from, to, readTo }: NodeHistory): number {
  const share = (ms(to) - ms(readTo)) / (ms(to) - ms(from));
  return Number.isFinite(share) ? share : 0;
}

function stateText(node: NodeHistory): string {
  switch (node.state) {
    case 'off':
      return 'not read: turned off by MONITOR_BACKFILL';
    case 'waiting':
      return 'waits for its first readings';
    case 'reading':
      return `${Math.floor(shareRead(node) * 100)} % read, the newest first`;
    case 'failing':
      return 'failed, and is tried again';
    case 'done':
      if (node.endedAt === null) return 'no log of the server tells of that time';
      return `done in ${Math.ceil((ms(node.endedAt) - ms(node.startedAt)) / 1_000)} s`;
  }
}
