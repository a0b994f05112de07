import { Button, Tooltip } from '@mantine/core';
import classes from './live-button.module.css';

/** Follows what arrives. */
export function LiveButton({ live, onChange }: { live: boolean; onChange(live: boolean): void }) {
  return (
    <Tooltip label={live ? 'Stop following' : 'Follow what arrives'}>
      <Button
        size="sm"
        variant="default"
        className={classes.button!}
        aria-label="Live"
        aria-pressed={live}
        onClick={() => onChange(!live)}
        leftSection={<span className={classes.dot} aria-hidden />}
      >
        <span className={classes.word}>Live</span>
      </Button>
    </Tooltip>
  );
}
