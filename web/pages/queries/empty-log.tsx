import { IconDatabaseOff, IconLock, IconPlugConnectedX, IconZoomCancel } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Emptiness } from '../../api/queries.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { EmptyNotice } from '../../ui/notice.tsx';

const shown: Readonly<Record<Emptiness['reason'], { title: string; icon: ReactNode }>> = {
  disabled: { title: 'Queries are not logged', icon: <IconDatabaseOff size={22} /> },
  grant: { title: 'The monitoring user may not read the log', icon: <IconLock size={22} /> },
  unreachable: { title: 'No node answered', icon: <IconPlugConnectedX size={22} /> },
  column: { title: 'The log cannot tell', icon: <IconDatabaseOff size={22} /> },
  none: { title: 'No queries', icon: <IconZoomCancel size={22} /> },
};

const logSnippet = `<query_log>
  <database>system</database>
  <table>query_log</table>
</query_log>`;

/** Why there is nothing: not logged, no right, nobody there, or no queries. */
export function EmptyLog({ empty }: { empty: Emptiness }) {
  const { title, icon } = shown[empty.reason];
  return (
    <>
      <EmptyNotice icon={icon} title={title}>
        {empty.message}
      </EmptyNotice>
      {empty.grant === undefined ? null : (
        <CodeBlock title="Run this on the cluster" code={empty.grant} />
      )}
      {empty.reason === 'disabled' ? (
        <CodeBlock title="In config.xml of each server" code={logSnippet} />
      ) : null}
    </>
  );
}
