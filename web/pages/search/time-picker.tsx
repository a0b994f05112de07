import { Button, Popover, SegmentedControl } from '@mantine/core';
import { IconChevronDown, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { TimeBetweenForm } from '../../forms/time-between.tsx';
import { setPreference, usePreference } from '../../ui/preferences.ts';
import { formatTime, type Zone, zoneName, zoneOffset } from '../../ui/time.ts';
import classes from './time-picker.module.css';
import { labelOf, presets, type TimeRange } from './time-range.ts';

/** Which window of time, and the zone that times are shown in. */
export function TimePicker({
  range,
  onChange,
}: {
  range: TimeRange;
  onChange(range: TimeRange): void;
}) {
  const [opened, setOpened] = useState(false);
  const zone = usePreference('zone');
  const choose = (next: TimeRange) => {
    setOpened(false);
    onChange(next);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          className={classes.target!}
          leftSection={<IconClock size={15} />}
          rightSection={<IconChevronDown size={13} />}
          aria-label={`Time range: ${labelOfRange(range, zone)}`}
          onClick={() => setOpened(!opened)}
        >
          {labelOfRange(range, zone)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.panel}>
          <div className={classes.presets} role="listbox" aria-label="Relative ranges">
            {presets.map(({ last, label }) => (
              <button
                key={last}
                type="button"
                role="option"
                aria-selected={range.kind === 'last' && range.last === last}
                className={classes.preset}
                onClick={() => choose({ kind: 'last', last })}
              >
                {label}
              </button>
            ))}
          </div>
          <div className={classes.fixed}>
            <TimeBetweenForm
              key={zone}
              range={range}
              zone={zone}
              onSubmit={(from, to) => choose({ kind: 'between', from, to })}
            />
            <ZoneSwitch zone={zone} />
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function ZoneSwitch({ zone }: { zone: Zone }) {
  if (zoneOffset('local', Date.now()) === 'UTC' && zoneName('local') === 'UTC')
    return <span className="quiet">Times are shown in UTC</span>;
  return (
    <div className={classes.zone}>
      <span className="quiet">Times are shown in</span>
      <SegmentedControl
        size="xs"
        value={zone}
        onChange={(value) => setPreference('zone', value as Zone)}
        aria-label="Zone of shown times"
        data={[
          { value: 'local', label: `${zoneName('local')} (${zoneOffset('local', Date.now())})` },
          { value: 'utc', label: 'UTC' },
        ]}
      />
    </div>
  );
}

/** Short: the day is left out of the end where it is the same. */
function labelOfRange(range: TimeRange, zone: Zone): string {
  if (range.kind === 'last') return labelOf(range.last);
  const decimals = (time: string) => (/\.0*Z$|:\d\dZ$/.test(time) ? 0 : 3);
  const from = formatTime(range.from, zone, decimals(range.from));
  const to = formatTime(range.to, zone, decimals(range.to));
  const end = from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to;
  return `${from} – ${end} ${zoneOffset(zone, Date.parse(range.from))}`;
}
