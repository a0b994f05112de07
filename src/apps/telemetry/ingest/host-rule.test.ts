import { expect, test } from 'vitest';
import { hostName, hostRule, isLoopback } from './host-rule.ts';

test('takes the name out of a Host header', () => {
  const check = (host: string, expected: string) => expect(hostName(host)).toBe(expected);
  check('localhost', 'localhost');
  check('LocalHost:4318', 'localhost');
  check('example.com.:80', 'example.com');
  check('[::1]:4318', '::1');
  check('[::1]', '::1');
  check('10.0.0.1:1', '10.0.0.1');
});

test('knows loopback addresses', () => {
  const check = (address: string, expected: boolean) => expect(isLoopback(address)).toBe(expected);
  check('127.0.0.1', true);
  check('127.8.8.8', true);
  check('::1', true);
  check('localhost', true);
  check('0.0.0.0', false);
  check('::', false);
  check('127.evil.example', false);
});

test('open mode on loopback refuses foreign names', () => {
  const check = (boundTo: string, required: boolean, host: string | undefined, taken: boolean) => {
    const rule = hostRule(boundTo, ['otel.home', 'My-Mac.local'], () => required);
    expect(rule(host) === undefined, `${boundTo} ${required} ${host}`).toBe(taken);
  };
  check('127.0.0.1', false, 'localhost:4318', true);
  check('127.0.0.1', false, 'app.localhost', true);
  check('127.0.0.1', false, '192.168.1.7:4318', true);
  check('127.0.0.1', false, 'otel.home:4318', true);
  check('127.0.0.1', false, 'my-mac.local', true);
  check('127.0.0.1', false, 'host.docker.internal:4318', true);
  check('127.0.0.1', false, 'evil.example', false);
  check('127.0.0.1', false, 'localhost.evil.example', false);
  check('127.0.0.1', false, '127.0.0.1.evil.example', false);
  check('127.0.0.1', false, '', false);
  check('127.0.0.1', false, undefined, false);
  check('127.0.0.1', true, 'evil.example', true);
  check('0.0.0.0', false, 'castellan:4318', true);
  check('::', false, 'castellan.observability.svc', true);
});
