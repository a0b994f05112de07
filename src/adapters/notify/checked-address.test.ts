import { expect, test } from 'vitest';
import { checkAddresses, isAllowed } from './checked-address.ts';
import type { DeliveryError } from './delivery-error.ts';

test('public addresses, and those that an operator allowed', () => {
  const check = (address: string, allowed: string[], expected: boolean) =>
    expect(isAllowed(address, allowed), `${address} ${allowed}`).toBe(expected);
  check('93.184.216.34', [], true);
  check('2606:2800:220:1::1', [], true);
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
  ])
    check(address, [], false);
  check('10.1.2.3', ['10.0.0.0/8'], true);
  check('::ffff:10.1.2.3', ['10.0.0.0/8'], true);
  check('11.0.0.1', ['10.0.0.0/8'], true);
  check('10.1.2.3', ['192.168.0.0/16', '10.1.2.3'], true);
  check('10.1.2.4', ['10.1.2.3'], false);
  check('fd00::1', ['fd00::/8'], true);
  check('127.0.0.1', ['loopback'], true);
  check('::1', ['loopback'], true);
  check('10.0.0.1', ['loopback'], false);
  check('169.254.169.254', ['any'], true);
});

test('a name is refused when one of its addresses is', async () => {
  const check = async (addresses: string[], expected: RegExp | number) => {
    const resolve = async () => addresses.map((address) => ({ address, family: 4 }));
    const outcome = await checkAddresses('hook.example.com', { allowed: [], resolve }).then(
      (found) => found.length,
      (error: DeliveryError) => `${error.message} | ${error.hint} | ${error.retryable}`,
    );
    if (typeof expected === 'number') expect(outcome).toBe(expected);
    else expect(outcome).toMatch(expected);
  };
  await check(['93.184.216.34', '93.184.216.35'], 2);
  await check(
    ['93.184.216.34', '10.0.0.1'],
    /hook\.example\.com leads to 10\.0\.0\.1, which is not a public.*ALERT_ALLOWED_NETWORKS.*false/,
  );
  await check([], /has no address.*true/);
});

test('a name that does not exist may exist later', async () => {
  const failure = await checkAddresses('no-such-host.invalid', { allowed: [] }).catch(
    (error: DeliveryError) => error,
  );
  expect(failure).toMatchObject({
    message: expect.stringMatching(/^the name no-such-host\.invalid cannot be resolved \(E/),
    retryable: true,
  });
});
