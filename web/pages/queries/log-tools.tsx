import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { QueryData } from '../../api/queries.ts';
import classes from '../cluster.module.css';
import { TimePicker } from '../search/time-picker.tsx';
import type { TimeRange } from '../search/time-range.ts';
import { AskedSql } from './asked-nodes.tsx';

interface Props {
  /** What the statements are about. */
  readonly title: string;
  readonly answer: UseQueryResult<Pick<QueryData, 'nodes'>>;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
  /** Moves the window on; false where it stands already. */
  readonly refresh: () => boolean;
}

/** What can be done with a view of the logs: see its statements, read again, choose the time. */
export function LogTools({ title, answer, range, onRange, refresh }: Props) {
  return (
    <span className={classes.end}>
      <AskedSql title={title} nodes={answer.data?.nodes ?? []} />
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} />}
        loading={answer.isFetching}
        title="Read the logs again"
        onClick={() => {
          if (!refresh()) void answer.refetch();
        }}
      >
        Refresh
      </Button>
      <TimePicker range={range} onChange={onRange} />
    </span>
  );
}
