import { expect, test } from 'vitest';
import type { Silence } from '../../api/alert-shapes.ts';
import { emptySilence, parseSilence, type SilenceDraft, silenceDraftOf } from './silence-draft.ts';

const nowMs = Date.parse('2026-01-31T12:00:00Z');

test('until when: a moment, or a length from now', () => {
  const check = (until: string, expected: string | undefined) => {
    const parsed = parseSilence({ ...emptySilence('ada'), until }, 'utc', nowMs);
    expect(parsed.ok ? parsed.body.endsAt : parsed.faults.until).toMatch(expected ?? '');
    expect(parsed.ok).toBe(expected?.startsWith('2026') === true);
  };
  check('2h', '2026-01-31T14:00:00.000Z');
  check('2026-02-01 08:30', '2026-02-01T08:30:00.000Z');
  check('2026-01-31 11:59', 'over already');
  check('soon', 'Write 2026-01-31');
});

test('what it fits', () => {
  const check = (more: Partial<SilenceDraft>, expected: object) => {
    const parsed = parseSilence({ ...emptySilence(''), ...more }, 'utc', nowMs);
    expect(parsed.ok && parsed.body).toMatchObject({ match: expected });
    expect(parsed.ok && Object.keys(parsed.body.match)).toEqual(Object.keys(expected));
  };
  check({}, { cluster: '*' });
  check({ cluster: 'c1' }, { cluster: 'c1' });
  check({ check: ' replica-* ' }, { check: 'replica-*' });
  check(
    { cluster: 'c1', node: 'n:1', minSeverity: 'high' },
    { cluster: 'c1', minSeverity: 'high', subject: { node: 'n:1' } },
  );
});

test('a saved silence comes back as it was', () => {
  const check = (match: Silence['match']) => {
    const endsAt = '2026-02-01T00:00:30.000Z';
    const about = { endsAt, by: 'ada', comment: 'why' };
    const saved: Silence = {
      id: 's',
      match,
      startsAt: '2026-01-31T00:00:00.000Z',
      createdAt: '2026-01-31T00:00:00.000Z',
      state: 'active',
      ...about,
    };
    const parsed = parseSilence(silenceDraftOf(saved, 'utc'), 'utc', nowMs, saved);
    expect(parsed.ok && parsed.body).toEqual({ match, ...about });
  };
  check({ cluster: '*' });
  check({ cluster: 'c1', check: 'lag', subject: { node: 'n', table: 't*' } });
  check({ labels: { team: 'shop' }, minSeverity: 'high' });
});
