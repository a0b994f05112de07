import { expect, test } from 'vitest';
import { ClusterSettings } from '../../../model/fleet/cluster.ts';
import { changedSettings } from './change-settings.ts';

const before = ClusterSettings.parse({
  name: 'shop',
  host: 'db1',
  port: 8443,
  password: 'secret',
  secure: true,
  nodes: [{ host: 'db2', port: 8443 }],
});

test('the password stays for the servers that had it, and is asked for again for others', () => {
  const check = (parts: Parameters<typeof changedSettings>[1], expected: 'kept' | 'again') => {
    const change = () => changedSettings(before, parts);
    if (expected === 'again') expect(change).toThrow(/^body\.password: enter it again/);
    else expect(change().password).toBe('secret');
  };
  check({ name: 'shop 2', labels: { team: 'a' } }, 'kept');
  check({ username: 'monitor' }, 'kept');
  check({ nodes: [] }, 'kept');
  check({ host: 'db2', nodes: [{ host: 'db1', port: 8443 }] }, 'kept');
  check({ host: 'evil' }, 'again');
  check({ port: 9000 }, 'again');
  check({ secure: false }, 'again');
  check({ nodes: [{ host: 'evil', port: 8443 }] }, 'again');
  check({ addresses: [{ from: 'db1', to: { host: 'evil', port: 1 } }] }, 'again');
  expect(changedSettings(before, { host: 'new', password: 'other' })).toMatchObject({
    host: 'new',
    password: 'other',
  });
  expect(changedSettings({ ...before, password: '' }, { host: 'new' }).host).toBe('new');
});
