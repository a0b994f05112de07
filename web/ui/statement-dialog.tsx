import { Modal, Skeleton } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { CodeBlock } from './code-block.tsx';
import { CopyButton } from './copy-button.tsx';
import classes from './statement-dialog.module.css';

const SqlText = lazy(async () => ({ default: (await import('./sql-text.tsx')).SqlText }));

/** The statement behind what is shown. */
export function StatementDialog({
  title,
  sql,
  kept,
  opened,
  onClose,
  children,
}: {
  title: string;
  sql: string;
  /** How what was kept of its answers is read here. */
  kept?: string | undefined;
  opened: boolean;
  onClose(): void;
  children?: ReactNode;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={`SQL of ${title}`} size="xl">
      <div className={classes.parts}>
        {children === undefined ? null : <p className="quiet">{children}</p>}
        <Suspense fallback={<Skeleton height={120} />}>
          <SqlText sql={sql} />
        </Suspense>
        <div>
          <CopyButton value={sql} label="Copy SQL" what="SQL" />
        </div>
        {kept === undefined ? null : <CodeBlock title="From the samples kept here" code={kept} />}
      </div>
    </Modal>
  );
}
