import { Button } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReadingData } from '../../api/fleet-shapes.ts';
import { StatementDialog } from '../../ui/statement-dialog.tsx';
import { formatAgo } from '../../ui/time.ts';
import classes from '../cluster.module.css';
import { titleOfField } from './reading-rows.ts';

/** What is shown, how old it is, and the statement behind it. */
export function ReadingHead({ data }: { data: ReadingData }) {
  const [shown, setShown] = useState(false);
  const times = data.nodes.flatMap(({ at }) => (at === null ? [] : [at])).sort();
  const oldest = times[0];
  const cut = data.nodes.filter(({ truncated }) => truncated);
  const sql = data.nodes.find((node) => node.sql !== '')?.sql ?? '';
  return (
    <div className={classes.titled}>
      <h2>{titleOfField(data.name)}</h2>
      <span className="quiet">
        {oldest === undefined ? 'not read yet' : `read ${formatAgo(oldest, Date.now())}`}
        {cut.length === 0
          ? ''
          : `; not all rows of ${cut.map(({ node }) => node).join(', ')}: there are too many`}
      </span>
      <span className={classes.end}>
        <Button
          variant="default"
          leftSection={<IconCode size={14} />}
          disabled={sql === ''}
          onClick={() => setShown(true)}
        >
          Show SQL
        </Button>
      </span>
      <StatementDialog
        title={titleOfField(data.name).toLowerCase()}
        sql={sql}
        opened={shown}
        onClose={() => setShown(false)}
      />
    </div>
  );
}
