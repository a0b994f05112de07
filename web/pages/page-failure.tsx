import type { ErrorComponentProps } from '@tanstack/react-router';
import { FailureNotice } from '../ui/notice.tsx';

/** A page that could not be shown: its code did not load, or it broke. */
export function PageFailure({ error }: ErrorComponentProps) {
  return <FailureNotice error={error} onRetry={() => window.location.reload()} />;
}
