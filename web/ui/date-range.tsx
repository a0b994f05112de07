import { DatePicker } from '@mantine/dates';
import '@mantine/dates/styles.css';

/** Two days as `2026-01-31`; the second is absent until it is chosen. */
export type Days = [from: string | null, to: string | null];

/** A calendar to choose two days on. Loaded when it is first seen. */
export default function DateRange({
  value,
  onChange,
}: {
  value: Days;
  onChange(days: Days): void;
}) {
  return (
    <DatePicker
      type="range"
      size="xs"
      allowSingleDateInRange
      weekendDays={[]}
      value={value}
      onChange={onChange}
      maxDate={new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}
    />
  );
}
