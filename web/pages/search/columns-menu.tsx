import { ActionIcon, Button, Checkbox, Popover, ScrollArea, TextInput } from '@mantine/core';
import { IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldsQuery } from '../../api/search.ts';
import type { Source } from '../../api/shapes.ts';
import { FailureNotice } from '../../ui/notice.tsx';
import classes from './columns-menu.module.css';
import results from './results.module.css';

/** More are never listed at once: who wants another one types its name. */
const mostListed = 200;

interface Props {
  source: Source;
  columns: readonly string[];
  /** `undefined`: back to those of the source. */
  onChange(columns: readonly string[] | undefined): void;
}

/** Which fields are columns, and in which order. */
export function ColumnsMenu(props: Props) {
  return (
    <Popover position="bottom-end" trapFocus width={320}>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          aria-label="Columns"
          leftSection={<IconColumns3 size={14} />}
        >
          <span className={results.word}>Columns</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <ColumnList {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function ColumnList({ source, columns, onChange }: Props) {
  const [find, setFind] = useState('');
  const fields = useQuery(fieldsQuery(source));
  const wanted = find.trim().toLowerCase();
  const others = (fields.data?.fields ?? [])
    .map(({ name }) => name)
    .filter((name) => !columns.includes(name) && name.toLowerCase().includes(wanted));
  const shown = columns.filter((name) => name.toLowerCase().includes(wanted));
  const up = (name: string) => {
    const at = columns.indexOf(name);
    const without = columns.filter((each) => each !== name);
    onChange(without.toSpliced(Math.max(0, at - 1), 0, name));
  };
  return (
    <div className={classes.panel}>
      <TextInput
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
        placeholder="Find a field"
        aria-label="Find a field"
        data-autofocus
      />
      <ScrollArea.Autosize mah={340} type="auto">
        {shown.map((name) => (
          <div key={name} className={classes.entry}>
            <Checkbox
              size="xs"
              checked
              disabled={columns.length === 1}
              label={name}
              onChange={() => onChange(columns.filter((each) => each !== name))}
            />
            <ActionIcon
              size="xs"
              aria-label={`Move ${name} to the left`}
              title="Move to the left"
              disabled={columns[0] === name}
              onClick={() => up(name)}
            >
              <IconArrowUp size={12} />
            </ActionIcon>
          </div>
        ))}
        <hr className={classes.rule} />
        {fields.isError ? (
          <FailureNotice compact error={fields.error} onRetry={() => void fields.refetch()} />
        ) : null}
        {others.slice(0, mostListed).map((name) => (
          <div key={name} className={classes.entry}>
            <Checkbox
              size="xs"
              checked={false}
              label={name}
              onChange={() => onChange([...columns, name])}
            />
          </div>
        ))}
        {others.length > mostListed ? (
          <div className={classes.note}>
            {others.length - mostListed} more: type a part of the name
          </div>
        ) : null}
      </ScrollArea.Autosize>
      <Button variant="subtle" size="compact-xs" onClick={() => onChange(undefined)}>
        Back to the usual columns
      </Button>
    </div>
  );
}
