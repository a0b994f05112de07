import type { NotificationMessage } from '../../../core/alerting/index.ts';

/** A message of one alert with a cause and two effects; names as hostile as they can be. */
export const message: NotificationMessage = {
  id: 'k1-firing',
  kind: 'firing',
  at: '2026-03-01T12:00:00.000Z',
  title: 'Keeper is gone <!channel> in shop & co',
  severity: 'critical',
  link: 'https://castellan.example.com/base/alerts/k1',
  alertCount: 1,
  alerts: [
    {
      id: 'k1',
      cause: 'keeper-gone',
      title: 'Keeper is gone <!channel>',
      state: 'firing',
      severity: 'critical',
      cluster: { id: 'c', name: 'shop & co' },
      findings: [
        {
          id: 'f1',
          check: 'keeper-gone',
          severity: 'critical',
          subject: { node: 'ch-1:8123' },
          message: 'No session since 12:00 <https://evil.example|click> & more',
          fix: { sql: 'SYSTEM RESTART REPLICA `a```b` -- <x>', risk: 'safe' },
        },
        {
          id: 'f2',
          check: 'read-only',
          severity: 'warning',
          subject: { database: 'shop', table: 'orders', node: 'ch-1:8123' },
          message: 'read-only',
        },
      ],
      findingCount: 400,
      since: '2026-03-01T11:59:00.000Z',
      link: 'https://castellan.example.com/base/alerts/k1',
    },
  ],
};
