import { Select } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { formatShort } from '../../ui/quantity.ts';
import { orderReadings, type ReadingEntry } from './reading-choice.ts';
import { titleOfField } from './reading-rows.ts';
import own from './tables-tab.module.css';

/** What can be looked at: a list, on a phone a menu. */
export function ReadingList({
  readings,
  chosen,
  onChoose,
}: {
  readings: readonly ReadingEntry[];
  chosen: string;
  onChoose(name: string): void;
}) {
  const sorted = orderReadings(readings);
  return (
    <nav aria-label="Tables">
      <ul className={own.list}>
        {sorted.map(({ name, table, rows, gaps }) => (
          <li key={name}>
            <button
              type="button"
              className={own.choose}
              data-none={rows === 0 || undefined}
              aria-current={name === chosen ? 'true' : undefined}
              title={`system.${table}`}
              onClick={() => onChoose(name)}
            >
              <span>{titleOfField(name)}</span>
              {gaps > 0 ? <IconEyeOff size={13} aria-label={`not read of ${gaps} nodes`} /> : null}
              <span className="quiet numbers">{formatShort(rows)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Select
        className={own.phone!}
        aria-label="Table"
        searchable
        allowDeselect={false}
        value={chosen}
        data={sorted.map(({ name }) => ({ value: name, label: titleOfField(name) }))}
        onChange={(name) => name && onChoose(name)}
      />
    </nav>
  );
}
