import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './confirm.module.css';
import { FormEnd } from './form-end.tsx';

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
        <FormEnd
          action={action}
          danger={danger}
          pending={pending}
          error={error}
          onCancel={onClose}
        />
      </form>
    </Modal>
  );
}
