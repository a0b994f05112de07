import { expect, test } from 'vitest';
import type { Maintenance } from '../../api/alert-shapes.ts';
import {
  type MaintenanceDraft,
  maintenanceDraftOf,
  parseMaintenance,
} from './maintenance-draft.ts';

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
    const parsed = parseMaintenance(draft(more), 'utc', 0);
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
    const parsed = parseMaintenance(draft(more), 'utc', 0);
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

test('a saved window comes back as it was', () => {
  const check = (body: Pick<Maintenance, 'match' | 'timeZone'> & Partial<Maintenance>) => {
    const saved: Maintenance = {
      id: 'w',
      name: 'w',
      enabled: false,
      comment: 'why',
      createdAt: '',
      current: null,
      next: null,
      ...body,
    };
    const parsed = parseMaintenance(maintenanceDraftOf(saved, 'utc', 0), 'utc', 0, saved);
    const { id: _id, createdAt: _made, current: _now, next: _next, ...expected } = saved;
    expect(parsed.ok && parsed.body).toEqual(expected);
  };
  const match: Maintenance['match'] = {
    cluster: 'c1',
    check: 'lag',
    minSeverity: 'high',
    subject: { node: 'n' },
  };
  check({
    match,
    timeZone: 'UTC',
    startsAt: '2026-01-31T14:00:30.000Z',
    endsAt: '2026-01-31T16:00:00.000Z',
  });
  check({
    match: { cluster: '*' },
    timeZone: 'Europe/Berlin',
    schedule: '0 2 * * 6',
    durationMs: 5_400_000,
  });
});
