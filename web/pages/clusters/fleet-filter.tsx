import { SegmentedControl, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import type { Cluster } from '../../api/fleet-shapes.ts';
import classes from './fleet-filter.module.css';
import { commonLabels, type FleetParams } from './fleet-params.ts';

/** Labels offered as buttons; the rest is found by typing. */
const mostLabels = 12;

/** Which of the clusters are shown, by words and labels. */
export function FleetFilter({
  clusters,
  params,
  onChange,
}: {
  clusters: readonly Cluster[];
  params: FleetParams;
  onChange(params: FleetParams): void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);
  const put = (change: { [K in keyof FleetParams]: FleetParams[K] | undefined }) => {
    const merged = { ...params, ...change };
    onChange({
      ...(merged.q ? { q: merged.q } : {}),
      ...(merged.label && merged.label.length > 0 ? { label: merged.label } : {}),
      ...(merged.sort ? { sort: merged.sort } : {}),
    });
  };
  const chosen = params.label ?? [];
  const offered = commonLabels(clusters);
  const shown = offered.filter(({ label }, i) => i < mostLabels || chosen.includes(label));
  return (
    <div className={classes.filter}>
      <TextInput
        ref={input}
        value={params.q ?? ''}
        onChange={(event) => put({ q: event.currentTarget.value })}
        placeholder="Find by name, host or label"
        aria-label="Find clusters"
        leftSection={<IconSearch size={13} />}
        className={classes.find!}
      />
      <div className={classes.labels}>
        {shown.map(({ label, count }) => {
          const pressed = chosen.includes(label);
          return (
            <button
              key={label}
              type="button"
              className={classes.label}
              aria-pressed={pressed}
              onClick={() =>
                put({
                  label: pressed ? chosen.filter((each) => each !== label) : [...chosen, label],
                })
              }
            >
              {label} <span className="quiet numbers">{count}</span>
            </button>
          );
        })}
      </div>
      <SegmentedControl
        size="xs"
        value={params.sort ?? 'worst'}
        onChange={(sort) => put({ sort: sort === 'name' ? 'name' : undefined })}
        aria-label="Order"
        data={[
          { value: 'worst', label: 'Worst first' },
          { value: 'name', label: 'By name' },
        ]}
      />
    </div>
  );
}
