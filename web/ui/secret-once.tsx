import { Button, Modal } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';
import classes from './secret-once.module.css';

/** A secret that is shown once: only its hash is kept. */
export function SecretOnce({
  title,
  secret,
  children,
  onClose,
}: {
  title: string;
  secret: string | undefined;
  children: React.ReactNode;
  onClose(): void;
}) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
    >
      <div className={classes.parts}>
        <p>{children} It is shown this once: Castellan keeps only its hash.</p>
        <code className={`mono ${classes.secret}`} data-testid="secret">
          {secret}
        </code>
        <div className={classes.buttons}>
          <CopyButton value={secret ?? ''} label="Copy" />
          <Button onClick={onClose}>I have kept it</Button>
        </div>
      </div>
    </Modal>
  );
}
