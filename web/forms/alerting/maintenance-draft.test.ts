import { expect, test } from 'vitest';
import { type MaintenanceDraft, parseMaintenance } from './maintenance-draft.ts';

const draft = (more: Partial<MaintenanceDraft>): MaintenanceDraft => ({
  kind: 'once',
  name: 'upgrade',
  cluster: '',
  check: '',
  from: '2026-01-31 14:00',
  to: '2026-01-31 16:00',
  schedule: '0 2 * * 6',
  duration: '2h',
  timeZone: 'Europe/Berlin',
  comment: '',
  ...more,
});

test('what is wrong, beside the field', () => {
  const check = (more: Partial<MaintenanceDraft>, fields: readonly string[]) => {
    const parsed = parseMaintenance(draft(more), true, 0);
    expect(parsed.ok ? [] : Object.keys(parsed.faults)).toEqual(fields);
  };
  check({}, []);
  check({ kind: 'again' }, []);
  check({ name: '' }, ['name']);
  check({ from: 'soon', to: 'later' }, ['from', 'to']);
  check({ to: '2026-01-31 14:00' }, ['to']);
  check({ kind: 'again', from: 'soon' }, []);
  check({ kind: 'again', schedule: '', duration: 'long' }, ['schedule', 'duration']);
});

test('once, or again and again', () => {
  const check = (more: Partial<MaintenanceDraft>, expected: object) => {
    const parsed = parseMaintenance(draft(more), true, 0);
    expect(parsed.ok && parsed.body).toEqual({
      name: 'upgrade',
      timeZone: 'Europe/Berlin',
      enabled: true,
      comment: '',
      ...expected,
    });
  };
  check(
    {},
    {
      match: { cluster: '*' },
      startsAt: '2026-01-31T14:00:00.000Z',
      endsAt: '2026-01-31T16:00:00.000Z',
    },
  );
  check(
    { kind: 'again', cluster: 'c1', check: 'replica-*' },
    {
      match: { cluster: 'c1', check: 'replica-*' },
      schedule: '0 2 * * 6',
      durationMs: 7_200_000,
    },
  );
});
