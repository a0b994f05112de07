import { Table } from '@mantine/core';
import type { QueryData } from '../../api/queries.ts';
import { formatShort } from '../../ui/quantity.ts';
import classes from '../cluster.module.css';
import own from '../queries/queries.module.css';
import { showBytes, showMs, showShare } from '../queries/query-words.ts';

/** Who or what has how much part in a query. */
export function ShareTable({
  title,
  shares,
  none,
}: {
  title: string;
  shares: QueryData['users'];
  none: string;
}) {
  return (
    <section className={classes.card} aria-label={title}>
      <h2>{title}</h2>
      {shares.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <Table.ScrollContainer minWidth={420} type="native" mah={320}>
          <Table verticalSpacing={5} horizontalSpacing={6} fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{title}</Table.Th>
                <Table.Th className={own.right!}>Runs</Table.Th>
                <Table.Th className={own.right!}>Failed</Table.Th>
                <Table.Th className={own.right!}>p95</Table.Th>
                <Table.Th className={own.right!}>Total</Table.Th>
                <Table.Th className={own.right!}>Memory</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="numbers">
              {shares.map((share) => (
                <Table.Tr key={share.name}>
                  <Table.Td className={`mono ${own.wide}`}>{share.name}</Table.Td>
                  <Table.Td className={own.right!}>{formatShort(share.runs)}</Table.Td>
                  <Table.Td className={own.right!}>
                    {share.failed === 0 ? '–' : showShare(share.errorRate)}
                  </Table.Td>
                  <Table.Td className={own.right!}>{showMs(share.p95Ms)}</Table.Td>
                  <Table.Td className={own.right!}>{showMs(share.totalMs)}</Table.Td>
                  <Table.Td className={own.right!}>{showBytes(share.memoryBytes)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
