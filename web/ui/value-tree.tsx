import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import {
  IconChevronRight,
  IconColumnInsertRight,
  IconSearch,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useState } from 'react';
import { CopyButton } from './copy-button.tsx';
import { pruneTree, type TreeEntry } from './json-text.ts';
import classes from './value-tree.module.css';

/** What can be done with a value that search knows by a field. */
export interface ValueActions {
  onFilter(field: string, value: string, exclude: boolean): void;
  /** Absent where there is no table to put it in. */
  onColumn?(field: string): void;
}

interface Props {
  entries: readonly TreeEntry[];
  actions?: ValueActions | undefined;
}

/** Names and values, searchable, nested ones to open. */
export function ValueTree({ entries, actions }: Props) {
  const [find, setFind] = useState('');
  const shown = pruneTree(entries, find);
  return (
    <div className={classes.tree}>
      <TextInput
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
        placeholder="Find a name or a value"
        aria-label="Find a name or a value"
        leftSection={<IconSearch size={13} />}
      />
      {shown.length === 0 ? (
        <p className="quiet">Nothing here is called or contains that.</p>
      ) : null}
      <ul className={classes.list}>
        {shown.map((entry) => (
          <Branch key={entry.path} entry={entry} actions={actions} forced={find !== ''} depth={0} />
        ))}
      </ul>
    </div>
  );
}

interface BranchProps {
  entry: TreeEntry;
  actions: ValueActions | undefined;
  forced: boolean;
  depth: number;
}

function Branch({ entry, actions, forced, depth }: BranchProps) {
  const [chosen, setChosen] = useState(depth < 2);
  const nested = entry.children.length > 0;
  const open = nested && (chosen || forced);
  return (
    <li>
      <div className={classes.entry} style={{ paddingLeft: depth * 14 }}>
        {nested ? (
          <button
            type="button"
            className={classes.name}
            aria-expanded={open}
            onClick={() => setChosen(!open)}
          >
            <IconChevronRight size={12} className={classes.turn} aria-hidden />
            {entry.name}
          </button>
        ) : (
          <span className={classes.name}>{entry.name === '' ? '(empty name)' : entry.name}</span>
        )}
        {nested ? (
          <span className={classes.size}>{open ? '' : `${entry.children.length} inside`}</span>
        ) : (
          <span className={classes.value}>
            {entry.text === '' ? <i className="quiet">empty</i> : entry.text}
          </span>
        )}
        <EntryActions entry={entry} actions={actions} />
      </div>
      {open ? (
        <ul className={classes.list}>
          {entry.children.map((child) => (
            <Branch
              key={child.path}
              entry={child}
              actions={actions}
              forced={forced}
              depth={depth + 1}
            />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function EntryActions({ entry, actions }: Pick<BranchProps, 'entry' | 'actions'>) {
  const { field, text } = entry;
  return (
    <span className={classes.actions}>
      {field === undefined || actions === undefined ? null : (
        <>
          <Action
            label="Only rows with this value"
            onClick={() => actions.onFilter(field, text, false)}
          >
            <IconZoomIn size={14} />
          </Action>
          <Action
            label="No rows with this value"
            onClick={() => actions.onFilter(field, text, true)}
          >
            <IconZoomOut size={14} />
          </Action>
          {actions.onColumn === undefined ? null : (
            <Action label="Add or remove as a column" onClick={() => actions.onColumn?.(field)}>
              <IconColumnInsertRight size={14} />
            </Action>
          )}
        </>
      )}
      <CopyButton value={text} />
    </span>
  );
}

function Action({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick(): void;
  children: React.ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
