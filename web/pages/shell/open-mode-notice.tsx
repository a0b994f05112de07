import { ActionIcon } from '@mantine/core';
import { useSessionStorage } from '@mantine/hooks';
import { IconLockOpen, IconX } from '@tabler/icons-react';
import classes from './open-mode-notice.module.css';

/** Without a password anyone who reaches the address may read, write and delete. */
export function OpenModeNotice() {
  const [hidden, setHidden] = useSessionStorage({
    key: 'castellan-open-mode-seen',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  if (hidden) return null;
  return (
    <aside className={classes.notice} aria-label="Open mode">
      <IconLockOpen size={15} aria-hidden />
      <span>
        <strong>Open mode.</strong> No password is set: whoever reaches this address can read and
        send data. Set <code>CASTELLAN_PASSWORD</code> before others can.
      </span>
      <ActionIcon size="sm" aria-label="Hide until the next visit" onClick={() => setHidden(true)}>
        <IconX size={14} />
      </ActionIcon>
    </aside>
  );
}
