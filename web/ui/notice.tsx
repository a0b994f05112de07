import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { asFailure } from '../api/failure.ts';
import classes from './notice.module.css';

/** A failure: what happened, what to do, and the button for it. */
export function FailureNotice({
  error,
  onRetry,
  compact = false,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
  compact?: boolean;
}) {
  const failure = asFailure(error);
  return (
    <div className={compact ? classes.compact : classes.notice} role="alert">
      <IconAlertTriangle size={compact ? 16 : 22} className={classes.alarm} aria-hidden />
      <div className={classes.words}>
        <div className={classes.title}>{failure.message}</div>
        {failure.hint === undefined ? null : <div className="quiet">{failure.hint}</div>}
      </div>
      {onRetry === undefined ? null : (
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Nothing to show, and what to do next. */
export function EmptyNotice({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={classes.notice} role="status">
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <div className={classes.words}>
        <div className={classes.title}>{title}</div>
        <div className="quiet">{children}</div>
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
