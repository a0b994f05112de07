import { Table } from '@mantine/core';
import type { Execution } from '../../api/queries.ts';
import { usePreference } from '../../ui/preferences.ts';
import { formatBytes, formatShort } from '../../ui/quantity.ts';
import { formatTime, type Zone, zoneOffset } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import own from '../queries/queries.module.css';
import { showBytes, showMs } from '../queries/query-words.ts';

/** The newest runs of a query. */
export function ExecutionTable({ executions }: { executions: readonly Execution[] }) {
  const zone = usePreference('zone');
  return (
    <section className={classes.card} aria-label="Latest executions">
      <h2>Latest executions</h2>
      <Table.ScrollContainer minWidth={820} type="native" mah={560}>
        <Table verticalSpacing={5} horizontalSpacing={8} fz="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Ended ({zoneOffset(zone, Date.now())})</Table.Th>
              <Table.Th className={own.right!}>Took</Table.Th>
              <Table.Th className={own.right!}>Rows read</Table.Th>
              <Table.Th className={own.right!}>Bytes read</Table.Th>
              <Table.Th className={own.right!}>Rows out</Table.Th>
              <Table.Th className={own.right!}>Memory</Table.Th>
              <Table.Th>User</Table.Th>
              <Table.Th>Node</Table.Th>
              <Table.Th>Query id</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="numbers">
            {executions.map((execution) => (
              <ExecutionRow
                key={`${execution.node} ${execution.queryId} ${execution.at}`}
                execution={execution}
                zone={zone}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function ExecutionRow({ execution, zone }: { execution: Execution; zone: Zone }) {
  const { writtenRows, resultRows, code, error, text } = execution;
  return (
    <Table.Tr>
      <Table.Td className={own.right!} style={{ textAlign: 'left' }}>
        {formatTime(execution.at, zone)}
      </Table.Td>
      <Table.Td className={own.right!}>{showMs(execution.durationMs)}</Table.Td>
      <Table.Td className={own.right!}>{formatShort(execution.readRows)}</Table.Td>
      <Table.Td className={own.right!}>{formatBytes(execution.readBytes)}</Table.Td>
      <Table.Td className={own.right!}>{formatShort(Math.max(writtenRows, resultRows))}</Table.Td>
      <Table.Td className={own.right!}>{showBytes(execution.memoryBytes)}</Table.Td>
      <Table.Td>
        <span className="mono">{execution.user}</span>
        <div className="quiet">{execution.client}</div>
      </Table.Td>
      <Table.Td className="mono">{execution.node}</Table.Td>
      <Table.Td className={own.wide!}>
        <span className="mono">{execution.queryId}</span>
        {code === 0 ? null : <div className={own.bad}>{error === '' ? `code ${code}` : error}</div>}
        {text === undefined ? null : <div className={`mono ${own.shape}`}>{text}</div>}
      </Table.Td>
    </Table.Tr>
  );
}
