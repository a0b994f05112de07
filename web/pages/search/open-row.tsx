import { ActionIcon, Skeleton } from '@mantine/core';
import { IconGhost, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { findRowQuery } from '../../api/search.ts';
import type { RangeBody, Row } from '../../api/shapes.ts';
import { EmptyNotice, FailureNotice } from '../../ui/notice.tsx';
import type { ValueActions } from '../../ui/value-tree.tsx';
import { rowIdentity, timeOfIdentity } from './row-identity.ts';
import classes from './row-panel.module.css';
import { RowPanel } from './row-panel.tsx';
import { paramsOf, type SearchState } from './search-state.ts';

interface Props {
  identity: string;
  state: SearchState;
  body: RangeBody;
  rows: readonly Row[];
  actions: ValueActions;
  onOpen(row: Row | undefined): void;
}

/** The row that the address names: from the list, or fetched when a link led here. */
export function OpenRow({ identity, state, body, rows, actions, onOpen }: Props) {
  const index = rows.findIndex((row) => rowIdentity(row) === identity);
  const router = useRouter();
  const fetched = useQuery({
    ...findRowQuery(state.source, timeOfIdentity(identity)),
    enabled: index < 0,
  });
  const row = rows[index] ?? fetched.data?.find((each) => rowIdentity(each) === identity);
  if (row === undefined)
    return (
      <aside className={classes.panel} aria-label="Row">
        <div className={classes.head}>
          <div className={classes.line}>
            <span className={classes.buttons}>
              <ActionIcon aria-label="Close" onClick={() => onOpen(undefined)}>
                <IconX size={16} />
              </ActionIcon>
            </span>
          </div>
        </div>
        <MissingRow pending={fetched.isLoading} error={fetched.error} />
      </aside>
    );
  // A link must show the same rows later: its range is the one that ran.
  const link = () => {
    const range = { kind: 'between', from: body.from, to: body.to } as const;
    const search = paramsOf({ ...state, range, row: identity, live: false });
    const { href } = router.buildLocation({ to: '/search', search });
    return new URL(href, window.location.origin).href;
  };
  return (
    <RowPanel
      row={row}
      source={state.source}
      actions={actions}
      link={link}
      onMove={(step) => {
        const next = rows[index + step];
        if (index >= 0 && next) onOpen(next);
      }}
      onClose={() => onOpen(undefined)}
    />
  );
}

function MissingRow({ pending, error }: { pending: boolean; error: unknown }) {
  if (pending) return <Skeleton height={120} m="md" />;
  if (error) return <FailureNotice error={error} />;
  return (
    <EmptyNotice icon={<IconGhost size={22} />} title="This row is not there">
      It may have passed its retention, or the link may be of another Castellan.
    </EmptyNotice>
  );
}
