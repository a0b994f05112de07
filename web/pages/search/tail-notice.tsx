import { Button } from '@mantine/core';
import { FailureNotice } from '../../ui/notice.tsx';
import { formatCount } from '../../ui/quantity.ts';
import classes from './results.module.css';
import type { Tail } from './use-tail.ts';

/** What following does: waits, is paused, has left rows out, or lost its connection. */
export function TailNotice({ tail }: { tail: Tail }) {
  return (
    <>
      {tail.failure === undefined ? null : (
        <div className={classes.failure}>
          <FailureNotice compact error={tail.failure} />
        </div>
      )}
      {tail.gap === undefined ? null : (
        <div className={classes.tail} data-kind="gap" role="status">
          {tail.gap}
          <Button variant="default" size="compact-xs" onClick={tail.dismissGap}>
            Hide
          </Button>
        </div>
      )}
      {tail.paused ? (
        <div className={classes.tail} data-kind="paused" role="status">
          {tail.waiting.length === 0
            ? 'Paused, so that what you read stays in place.'
            : `Paused. ${formatCount(tail.waiting.length)} new ${tail.waiting.length === 1 ? 'row' : 'rows'} waiting.`}
          <Button size="compact-xs" onClick={tail.resume}>
            Go on
          </Button>
        </div>
      ) : tail.failure === undefined ? (
        <div className={classes.tail} role="status">
          Following what arrives
          {tail.rows.length === 0 ? '' : `: ${formatCount(tail.rows.length)} so far`}.
        </div>
      ) : null}
    </>
  );
}
