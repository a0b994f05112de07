import { Button } from '@mantine/core';
import { FailureNotice } from '../ui/notice.tsx';
import classes from './confirm.module.css';

/** The end of a form in a dialog: what went wrong, Cancel, and the button that does it. */
export function FormEnd({
  action,
  danger = false,
  pending,
  error,
  onCancel,
}: {
  action: string;
  danger?: boolean;
  pending: boolean;
  error: unknown;
  onCancel(): void;
}) {
  return (
    <>
      {error ? <FailureNotice compact error={error} /> : null}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" color={danger ? 'red' : 'ink'} loading={pending}>
          {action}
        </Button>
      </div>
    </>
  );
}
