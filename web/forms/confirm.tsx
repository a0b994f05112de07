import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { FailureNotice } from '../ui/notice.tsx';
import classes from './confirm.module.css';

/** A question before something that cannot be taken back, or that others will notice. */
export function ConfirmForm({
  opened,
  title,
  action,
  danger = false,
  pending,
  error,
  children,
  onConfirm,
  onClose,
}: {
  opened: boolean;
  title: string;
  action: string;
  danger?: boolean;
  pending: boolean;
  error: unknown;
  children: ReactNode;
  onConfirm(): void;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <div>{children}</div>
        {error ? <FailureNotice compact error={error} /> : null}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={danger ? 'red' : 'ink'} loading={pending}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
