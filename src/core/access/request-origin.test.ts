import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkOrigin,
  checkSameOrigin,
  hostNameOf,
  isOwnHost,
  type OwnNames,
} from './request-origin.ts';

const own: OwnNames = {
  hostNames: ['castellan', 'logs.example.com'],
  publicHosts: ['logs.example.com'],
  origins: ['http://localhost:5173'],
};

test('the name in a Host header', () => {
  const check = (host: string, expected: string) => expect(hostNameOf(host)).toBe(expected);
  check('localhost:3000', 'localhost');
  check('LOCALHOST', 'localhost');
  check('example.com.:80', 'example.com');
  check('[::1]:3000', '[::1]');
  check('127.0.0.1', '127.0.0.1');
  check('a:b', '');
  check('a@b', 'a@b');
  check('', '');
});

test('hosts that are ours', () => {
  const check = (host: string | undefined, expected: boolean) =>
    expect(isOwnHost(host, own), `${host}`).toBe(expected);
  check('localhost:3000', true);
  check('page.localhost:3000', true);
  check('127.0.0.1:3000', true);
  check('192.168.1.5', true);
  check('[::1]:3000', true);
  check('castellan:3000', true);
  check('LOGS.example.com', true);
  check('example.com', false);
  check('localhost.example.com', false);
  check('evil.com:3000', false);
  check('127.0.0.1.nip.io', false);
  check('1.2.3', false);
  check('', false);
  check(undefined, false);
});

test('who may send requests from a browser', () => {
  const check = (
    host: string,
    origin: string | undefined,
    site: string | undefined,
    allowed: boolean,
  ) => {
    const request = { method: 'POST', host, origin, fetchSite: site };
    expect(checkOrigin(request, own).ok, JSON.stringify(request)).toBe(allowed);
  };
  check('localhost:3000', undefined, undefined, true);
  check('localhost:3000', 'http://localhost:3000', 'same-origin', true);
  check('localhost:3000', 'http://localhost:8080', 'same-site', false);
  check('localhost:3000', 'http://localhost:5173', 'same-site', true);
  check('localhost:3000', 'http://LOCALHOST:5173', 'same-site', true);
  check('localhost:3000', 'https://localhost:5173', 'same-site', false);
  check('localhost:3000', 'http://localhost:5173.evil.com', 'cross-site', false);
  check('localhost:3000', 'http://localhost', 'same-site', false);
  check('localhost:3000', 'https://evil.com', 'cross-site', false);
  check('localhost:3000', 'null', 'cross-site', false);
  check('localhost:3000', 'file://', 'cross-site', false);
  check('localhost:3000', undefined, 'cross-site', false);
  check('localhost:3000', undefined, 'same-site', false);
  check('localhost:3000', undefined, 'none', true);
  check('evil.com:3000', 'http://evil.com:3000', 'same-origin', false);
  check('castellan:3000', 'https://logs.example.com', 'same-origin', true);
  check('logs.example.com', 'https://logs.example.com', 'same-origin', true);
  check('logs.example.com:443', 'https://logs.example.com', 'same-origin', true);
  check('castellan:80', 'http://castellan', 'same-origin', true);
  check('castellan:443', 'http://castellan', 'same-origin', false);
  check('castellan', 'http://castellan.evil.com', 'cross-site', false);
  check('castellan', 'http://evil.com/castellan', undefined, false);
});

test('no origin but our own passes, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.webUrl(), fc.constantFrom('localhost:3000', '127.0.0.1:3000'), (url, host) => {
      const { origin, host: from } = new URL(url);
      const request = { method: 'POST', host, origin, fetchSite: undefined };
      expect(checkSameOrigin(request, own).ok).toBe(from === host);
    }),
  );
});
