import { Table } from '@mantine/core';
import type { CostData } from '../../api/fleet-shapes.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatRate, formatShort } from '../../ui/quantity.ts';
import { formatTime, zoneOffset } from '../../ui/time.ts';

/** What the monitor takes of each node, and how fast it reads. */
export function CostTable({ nodes }: { nodes: CostData['nodes'] }) {
  return (
    <Table.ScrollContainer minWidth={760} type="native">
      <Table verticalSpacing={5} horizontalSpacing={6} fz="xs" className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Node</Table.Th>
            <Table.Th>Statements/min</Table.Th>
            <Table.Th>Rows read/min</Table.Th>
            <Table.Th>Bytes read/min</Table.Th>
            <Table.Th>Share of one core</Table.Th>
            <Table.Th>Pace</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {nodes.map((node) => (
            <Table.Tr key={node.node}>
              <Table.Td className="mono">{node.node}</Table.Td>
              <Table.Td>{formatRate(node.statementsPerMinute)}</Table.Td>
              <Table.Td>{formatShort(node.rowsReadPerMinute)}</Table.Td>
              <Table.Td>{formatBytes(node.bytesReadPerMinute)}</Table.Td>
              <Table.Td>
                <CostShare node={node} />
              </Table.Td>
              <Table.Td>
                <Pace node={node} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type NodeCost = CostData['nodes'][number];

const measuredBy = {
  cpu: 'processor time, by its query log',
  elapsed: 'time that its answers took it',
  waiting: 'time waited for it, less a ping',
} as const;

function CostShare({ node: { cpuShare, cpuFrom } }: { node: NodeCost }) {
  if (cpuShare === null || cpuFrom === null) return <span className="quiet">not known yet</span>;
  return (
    <>
      {formatRate(cpuShare * 100)} % <span className="quiet">{measuredBy[cpuFrom]}</span>
    </>
  );
}

function Pace({ node: { stretch, stretchReason, stretchedSince } }: { node: NodeCost }) {
  const zone = usePreference('zone');
  if (stretch === 1) return 'full';
  return (
    <>
      {formatRate(stretch)} times as long between readings
      {stretchedSince === null ? null : (
        <>
          {' '}
          since {formatTime(stretchedSince, zone, 0)} {zoneOffset(zone, Date.parse(stretchedSince))}
        </>
      )}
      {stretchReason === null ? null : (
        <div className="quiet" style={{ maxWidth: '44ch', whiteSpace: 'normal' }}>
          {stretchReason}
        </div>
      )}
    </>
  );
}
