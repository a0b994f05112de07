import { Button, Table } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { useState } from 'react';
import type { Finding } from '../../api/fleet-shapes.ts';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import classes from '../cluster.module.css';
import { renderValue, thresholdText } from './evidence-text.ts';
import own from './finding.module.css';

/** The values that it rests on, what they were compared with, and who says so. */
export function EvidenceCard({ finding }: { finding: Finding }) {
  const [shown, setShown] = useState(false);
  const { evidence, source, sql } = finding;
  return (
    <section className={classes.card} aria-label="Evidence">
      <div className={classes.titled}>
        <h2>Evidence</h2>
        <span className={classes.end}>
          {sql === '' ? null : (
            <Button
              variant="default"
              leftSection={<IconCode size={14} />}
              onClick={() => setShown(true)}
            >
              Show SQL
            </Button>
          )}
        </span>
      </div>
      {evidence.length === 0 ? (
        <p className="quiet">There is no value: that is what it says.</p>
      ) : (
        <Table.ScrollContainer minWidth={320} type="native">
          <Table verticalSpacing={5} horizontalSpacing={6} fz="xs" className={own.evidence!}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What</Table.Th>
                <Table.Th>Value</Table.Th>
                <Table.Th>Threshold</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {evidence.map(({ name, value, unit, threshold }) => (
                <Table.Tr key={name}>
                  <Table.Td className="mono">{name}</Table.Td>
                  <Table.Td className={`numbers ${own.value}`}>{renderValue(value, unit)}</Table.Td>
                  <Table.Td className="numbers">
                    {threshold === undefined ? '–' : renderValue(threshold, unit)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {source === '' ? null : <p className="quiet">{thresholdText(source)}</p>}
      <StatementDialog
        title={finding.title.toLowerCase()}
        sql={sql}
        opened={shown}
        onClose={() => setShown(false)}
      />
    </section>
  );
}
